/** A `labapp.yaml` as the definition of an app. */
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Adopted,
  type App,
  defineApp,
  type OwnRequest,
  type Placed,
  type RenderedFile,
} from '../define.ts';
import { pythonString } from '../python-script.ts';
import { type AdoptedForm, defaultName, type Labapp } from './define.ts';
import { PYTHON_SHIM, parsePythonEntry, pythonShim } from './python-shim.ts';

/** What had to be looked up on this machine to define the app. */
export interface Surroundings {
  /** Folder of labapp.yaml: relative paths start there. */
  readonly base: string;
  /** Whether `source` is a folder; null: there is no source. */
  readonly sourceKind: 'folder' | 'file' | null;
  /** The interpreter of a wsgi-callable; null for other forms. */
  readonly python: {
    readonly interpreter: string;
    /** `3.11.2` */
    readonly version: string;
    /** Folders of its packages. */
    readonly packages: readonly string[];
  } | null;
  readonly language: App['language'];
}

const INTERFACE: Readonly<Record<AdoptedForm, string>> = {
  'wsgi-callable': 'WSGI',
  'node-handler': 'node:http',
  'cgi-script': 'CGI',
  'fastcgi-script': 'FastCGI',
};

const NODE_SHIM = 'lab-adopted.mjs';
/** What the lab loads or runs in the place of what a user names. */
const SHIMS: Readonly<Record<AdoptedForm, string>> = {
  'wsgi-callable': `${PYTHON_SHIM}:application`,
  'node-handler': NODE_SHIM,
  'cgi-script': 'lab-adopted.cgi',
  'fastcgi-script': 'lab-adopted.fcgi',
};

export function adoptedApp(app: Labapp, around: Surroundings): App {
  const source = app.source === null ? null : resolve(around.base, app.source);
  const folder = source === null ? null : around.sourceKind === 'folder' ? source : dirname(source);
  const isProgram = app.form === 'cgi-script' || app.form === 'fastcgi-script';
  // A program that is copied into the site is run as it is; another one by a script that leads to it.
  const isDirect = isProgram && !app.inPlace && !app.entry.startsWith('/');
  return defineApp({
    title: app.title ?? app.name,
    interface: INTERFACE[app.form],
    form: app.form,
    contract: 'own',
    language: around.language,
    sources: [],
    entry: isDirect ? app.entry : SHIMS[app.form],
    adopted: {
      copies: copiesOf(app, source, around),
      leaveOut: app.leaveOut,
      links:
        app.nodeModules === null ? [] : [{ from: resolve(around.base, app.nodeModules), to: 'node_modules' }],
      env: !isProgram ? {} : app.inPlace && folder !== null ? expanded(app.env, folder) : app.env,
      executable: isDirect ? app.entry : null,
      script: app.script,
      servesOne: app.form === 'fastcgi-script' && app.servesOne,
      files: (x) => (isDirect ? [] : shimOf(app, folder, around, x)),
      check: (x) => checkOf(app, around, x.dir, x.tools.node),
      requests: ownRequests(app),
      masks: app.masks,
      reference: app.reference,
    },
    probe(tools) {
      const { python } = around;
      if (python === null) return { available: true, version: null };
      const lab = tools.python;
      const minor = (version: string) => version.split('.').slice(0, 2).join('.');
      if (lab !== null && minor(lab.version) === minor(python.version))
        return { available: true, version: null };
      return {
        available: false,
        reason: `its interpreter ${python.interpreter} is Python ${python.version}, the lab’s servers are linked to ${lab?.version ?? 'none'}`,
        remedy: `use a virtual environment of Python ${lab === null ? '3' : minor(lab.version)} (python: in labapp.yaml), or set LAB_PYTHON`,
      };
    },
  });
}

export function ownRequests(app: Labapp): OwnRequest[] {
  const loaded = app.requests.some((request) => request.load);
  return app.requests.map((request, index) => ({
    ...request,
    name: request.name ?? defaultName(request, index),
    // Nothing marked: the first one is what is meant.
    load: loaded ? request.load : index === 0,
  }));
}

function copiesOf(app: Labapp, source: string | null, around: Surroundings): Placed[] {
  const also = app.also.map(({ from, to }) => ({ from: resolve(around.base, from), to }));
  if (source === null || app.inPlace) return also;
  return [{ from: source, to: around.sourceKind === 'folder' ? '.' : basename(source) }, ...also];
}

function shimOf(
  app: Labapp,
  folder: string | null,
  around: Surroundings,
  { dir, entries }: Parameters<Adopted['files']>[0],
): readonly RenderedFile[] {
  const home = app.inPlace && folder !== null ? folder : dir;
  const mount = app.mount === '/' ? '' : app.mount;
  const env = expanded(app.env, home);
  switch (app.form) {
    case 'node-handler': {
      const helper = pathToFileURL(join(entries, '..', 'adopted', 'node-handler.js')).href;
      const module = pathToFileURL(join(home, app.entry)).href;
      const content = `// Written by the lab.
import { adoptHandler } from ${JSON.stringify(helper)};
export default await adoptHandler(() => import(${JSON.stringify(module)}), ${JSON.stringify({ mount, env, home })});
`;
      return [{ path: join(dir, NODE_SHIM), content }];
    }
    case 'wsgi-callable': {
      const load = parsePythonEntry(app.entry);
      const content = pythonShim({
        home,
        path: (app.python?.path ?? ['.']).map((each) => join(home, each)),
        packages: around.python?.packages ?? [],
        env,
        load: load.kind === 'file' ? { ...load, file: resolve(home, load.file) } : load,
        mount,
      });
      return [{ path: join(dir, `${PYTHON_SHIM}.py`), content }];
    }
    case 'cgi-script':
    case 'fastcgi-script': {
      const target = app.entry.startsWith('/') ? app.entry : join(home, app.entry);
      const change = app.inPlace ? `cd ${shellWord(dirname(target))} || exit 1\n` : '';
      const content = `#!/bin/sh\n# Written by the lab.\n${change}exec ${shellWord(target)} "$@"\n`;
      return [{ path: join(dir, SHIMS[app.form]), content, mode: 0o755 }];
    }
  }
}

/** `{app}` in a value is the folder that the application runs in. */
export function expanded(env: Readonly<Record<string, string>>, home: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([key, value]) => [key, value.replaceAll('{app}', home)]),
  );
}

const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** By the app's own interpreter: the lab's would find the lab's packages where the app lacks its own. */
function checkOf(
  app: Labapp,
  around: Surroundings,
  dir: string,
  node: string,
): readonly [string, ...string[]] | null {
  if (around.python !== null) {
    const code = `import sys; sys.dont_write_bytecode = True; sys.path.insert(0, ${pythonString(dir)}); import ${PYTHON_SHIM}`;
    return [around.python.interpreter, '-c', code];
  }
  if (app.form !== 'node-handler') return null;
  const module = pathToFileURL(join(dir, NODE_SHIM)).href;
  return [node, '--input-type=module', '-e', `await import(${JSON.stringify(module)}); process.exit(0)`];
}
