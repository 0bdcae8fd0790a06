/** A site, its tools and an app, as definitions see them; nothing of it exists. */
import type { Listen, PreparedApp, ProgramSpec, Site, Tools } from '../../servers/define.ts';

/** Every program and module there, the lab's own virtual environment, all packages. */
export function someTools(over: Partial<Tools> = {}): Tools {
  return {
    find: (program) => `/usr/bin/${program}`,
    version: () => '1.0',
    node: '/usr/bin/node',
    python: {
      bin: '/lab/venv/bin/python',
      version: '3.11.2',
      prefix: '/lab/venv',
      sitePackages: '/lab/venv/lib/python3.11/site-packages',
      isLabVenv: true,
      package: () => '2.0',
    },
    apacheModule: (file) => `/modules/${file}`,
    lighttpdModule: (file) => `/lighttpd/${file}`,
    ...over,
  };
}

/** Nothing is installed. */
export const NO_TOOLS: Tools = someTools({
  find: () => null,
  version: () => null,
  python: null,
  apacheModule: () => null,
  lighttpdModule: () => null,
});

export function aSite(over: Partial<Site> = {}): Site {
  return {
    dir: '/run/lab-1',
    user: null,
    tools: someTools(),
    capacity: { processes: 2, threads: 8 },
    front: { address: '127.0.0.1', port: 40_001 },
    entries: '/entries',
    limits: { requestTimeoutMs: 60_000, bodyBytes: 1_048_576 },
    ...over,
  };
}

export function aWsgiApp(over: Partial<PreparedApp> = {}): PreparedApp {
  return {
    name: 'wsgi-bare',
    title: 'plain WSGI',
    form: 'wsgi-callable',
    language: 'python',
    dir: '/run/lab-1/app',
    callable: ['app', 'application'],
    file: null,
    env: {},
    ...over,
  };
}

export const aScriptApp = (file: string, over: Partial<PreparedApp> = {}): PreparedApp =>
  aWsgiApp({ form: 'cgi-script', callable: null, dir: '/run/lab-1/app/bin', file, ...over });

export const UNIX: Listen = { kind: 'unix', path: '/run/lab-1/b.sock' };
export const TCP: Listen = { kind: 'tcp', address: '127.0.0.1', port: 40_002 };

/** The content of the one file whose path ends so. */
export function fileOf(spec: Pick<ProgramSpec, 'files'>, end: string): string {
  const found = spec.files.filter((file) => file.path.endsWith(end));
  if (found.length !== 1) throw new Error(`${found.length} files end in ${end}`);
  return found[0]?.content ?? '';
}
