/** Puts an app into a site: its sources copied, adapted, built and byte-compiled. */
import { cpSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import { PROJECT_ROOT } from '../../core/paths.ts';
import type { PreparedApp, RenderedFile, Site } from '../../servers/define.ts';
import type { Observe } from '../observe.ts';
import { runCommand } from '../process/command.ts';
import type { Stack } from '../stack.ts';
import { giveTo, writeFiles } from './place.ts';
import { adoptedParts, placeAdopted, seeThatItLoads } from './place-adopted.ts';

const BUILD_TIMEOUT_MS = 60_000;

export interface AppInSite {
  /** As its author wrote it. */
  readonly original: PreparedApp;
  /** In the form that the connector or backend loads. */
  readonly adapted: PreparedApp;
  /** What the adapter wrote. */
  readonly files: readonly RenderedFile[];
}

export async function prepareApp(
  stack: Stack,
  site: Site,
  signal: AbortSignal,
  observe?: Observe['app'],
): Promise<AppInSite> {
  const dir = join(site.dir, 'app');
  mkdirSync(dir, { mode: 0o755 });
  const { adopted } = stack.app;
  for (const source of stack.app.sources) copySource(source, dir, stack.record.app);
  if (adopted !== undefined) placeAdopted(adopted, dir, site);
  const original = describeApp(stack, dir);
  const observed = observe?.(original, site) ?? { files: [], app: original };
  const { files, app: adapted } = stack.adapter?.adapt(observed.app, site) ?? {
    files: [],
    app: observed.app,
  };
  writeFiles([...observed.files, ...files]);
  giveTo(site.user, site.dir);
  await build(stack, dir, site, signal);
  if (stack.app.language === 'python')
    await byteCompile(stack.record.app, dir, site, signal, adopted !== undefined);
  if (adopted !== undefined) await seeThatItLoads(stack.record.app, adopted, dir, site, signal);
  return { original, adapted, files };
}

function copySource(source: string, dir: string, app: string): void {
  const from = join(PROJECT_ROOT, 'servers', 'apps', source);
  try {
    const to = statSync(from).isDirectory() ? dir : join(dir, basename(from));
    cpSync(from, to, { recursive: true, filter: (path) => basename(path) !== '__pycache__' });
  } catch (cause) {
    throw new LabError(
      'E_DEFINITION',
      `the sources of the app ${app} cannot be copied: ${messageOf(cause)}`,
      {
        facts: { source: from },
        cause,
      },
    );
  }
}

function describeApp(stack: Stack, dir: string): PreparedApp {
  const { app, record } = stack;
  const common = {
    name: record.app,
    title: app.title,
    form: app.form,
    language: app.language,
    dir,
    env: {},
    ...(app.adopted === undefined ? {} : adoptedParts(app.adopted, dir)),
  };
  if (app.form !== 'wsgi-callable') return { ...common, callable: null, file: join(dir, app.entry) };
  const [module, name] = app.entry.split(':');
  if (module === undefined || name === undefined) {
    throw new LabError('E_DEFINITION', `the entry of the app ${record.app} is not module:callable`, {
      facts: { entry: app.entry },
    });
  }
  return { ...common, callable: [module, name], file: null };
}

async function build(stack: Stack, dir: string, site: Site, signal: AbortSignal): Promise<void> {
  if (stack.app.build === undefined) return;
  const argv = stack.app.build(site.tools);
  const result = await runCommand(argv, {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TMPDIR: site.dir },
    cwd: dir,
    user: site.user,
    timeoutMs: BUILD_TIMEOUT_MS,
    signal,
  });
  if (result.ok) return;
  throw new LabError('E_DEFINITION', `the app ${stack.record.app} cannot be built`, {
    facts: { command: argv.join(' '), exitCode: result.exitCode, output: result.output },
  });
}

/**
 * Once before the first request: a process that must not write into the site would compile every source for each
 * request (8 times the CPU of a CGI). Unchecked hashes, so that no process looks at the sources again (PEP 552).
 */
async function byteCompile(
  app: string,
  dir: string,
  site: Site,
  signal: AbortSignal,
  /** A user's folder may hold templates and fixtures that only look like Python. */
  isLenient: boolean,
): Promise<void> {
  const { python } = site.tools;
  if (python === null) return;
  const mode = ['--invalidation-mode', 'unchecked-hash'];
  const result = await runCommand([python.bin, '-I', '-m', 'compileall', '-q', ...mode, dir], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
    cwd: site.dir,
    user: site.user,
    timeoutMs: BUILD_TIMEOUT_MS,
    signal,
  });
  if (result.ok || isLenient) return;
  throw new LabError('E_DEFINITION', `the sources of the app ${app} cannot be byte-compiled`, {
    facts: { exitCode: result.exitCode, output: result.output },
  });
}
