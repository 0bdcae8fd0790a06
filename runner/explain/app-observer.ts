/** Puts an onlooker round the app (an entry module of its own, beside the app's), and reads what it noted. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { PROJECT_ROOT } from '../../core/paths.ts';
import type { PreparedApp, RenderedFile, Site } from '../../servers/define.ts';
import { readText } from '../process/proc.ts';

/** Name of the wrapping module, with which configurations then name the app. */
export const OBSERVER_MODULE = 'lab_explain';
const NODE_MODULE = `${OBSERVER_MODULE}.mjs`;
const NOTES = 'explain.jsonl';

const instant = z.number().transform((ns) => ns / 1_000);
const pairs = z.array(z.tuple([z.string(), z.string()]));
const noteSchema = z
  .object({
    pid: z.int(),
    begunNs: instant,
    readyNs: instant,
    calledNs: instant,
    doneNs: instant,
    given: pairs,
    read: z.string(),
    readBytes: z.int(),
    status: z.string().nullable(),
    headers: pairs,
  })
  .transform(({ begunNs, readyNs, calledNs, doneNs, ...note }) => ({
    ...note,
    begunUs: begunNs,
    readyUs: readyNs,
    calledUs: calledNs,
    doneUs: doneNs,
  }));

/** One request as the app saw it. Times are of the system's monotonic clock. */
export type AppNote = z.output<typeof noteSchema>;

/** The app with the onlooker round it; unchanged when it is no callable. */
export function observeApp(
  app: PreparedApp,
  site: Pick<Site, 'dir'>,
): { readonly files: readonly RenderedFile[]; readonly app: PreparedApp } {
  const notes = JSON.stringify(join(site.dir, NOTES));
  if (app.callable !== null) {
    const [module, name] = app.callable;
    const content = `import time
begun_ns = time.monotonic_ns()
from ${module} import ${name} as observed
ready_ns = time.monotonic_ns()
from lab_observer import observe
application = observe(observed, ${notes}, begun_ns, ready_ns)
`;
    return {
      files: [asset('lab_observer.py', app.dir), { path: join(app.dir, `${OBSERVER_MODULE}.py`), content }],
      app: { ...app, callable: [OBSERVER_MODULE, 'application'] },
    };
  }
  if (app.form !== 'node-handler' || app.file === null) return { files: [], app };
  const content = `const begunNs = process.hrtime.bigint();
const { default: handler } = await import(${JSON.stringify(pathToFileURL(app.file).href)});
const readyNs = process.hrtime.bigint();
const { observe } = await import('./lab-observer.mjs');
export default observe(handler, ${notes}, begunNs, readyNs);
`;
  const file = join(app.dir, NODE_MODULE);
  return {
    files: [asset('lab-observer.mjs', app.dir), { path: file, content }],
    app: { ...app, file },
  };
}

/** Everything noted so far; lines that are not whole yet are left out. */
export function readNotes(site: Pick<Site, 'dir'>): AppNote[] {
  const lines = (readText(join(site.dir, NOTES)) ?? '').split('\n').slice(0, -1);
  return lines.map((line) => noteSchema.parse(JSON.parse(line)));
}

/** Text of commands and configurations as it is without the onlooker. */
export function withoutObserver(text: string, app: PreparedApp): string {
  if (app.callable !== null) {
    const [module, name] = app.callable;
    return text
      .replaceAll(`from ${OBSERVER_MODULE} import application`, `from ${module} import ${name}`)
      .replaceAll(`${OBSERVER_MODULE}:application`, `${module}:${name}`)
      .replaceAll(OBSERVER_MODULE, module);
  }
  return app.file === null ? text : text.replaceAll(NODE_MODULE, basename(app.file));
}

const asset = (name: string, dir: string): RenderedFile => ({
  path: join(dir, name),
  content: readFileSync(join(PROJECT_ROOT, 'runner', 'explain', 'assets', name), 'utf8'),
});
