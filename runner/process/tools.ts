/** Finds what is on this machine, once, before any definition is probed. */
import { readdirSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { MeasuredUser, Tools } from '../../servers/define.ts';
import { runCommand } from './command.ts';
import { discoverPython } from './python.ts';
import { canUse, measuredUser } from './user.ts';

/** Servers live here on distributions that leave them out of a user's PATH. */
const EXTRA_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/usr/local/bin', '/usr/bin', '/bin'];

/** A version manager's shim costs 99 ms and 41 forks a call, and depends on HOME: never measured. */
const SHIM = /\/(shims|\.volta\/bin)(\/|$)/;

const APACHE_MODULE_FOLDERS = [
  '/usr/lib/apache2/modules',
  '/usr/lib64/httpd/modules',
  '/usr/lib/httpd/modules',
  '/usr/libexec/apache2',
  '/opt/homebrew/lib/httpd/modules',
];
const LIGHTTPD_MODULE_FOLDERS = ['/usr/lib/lighttpd', '/usr/lib64/lighttpd', '/opt/homebrew/lib/lighttpd'];

/** How each program is asked for its version. Those not listed are asked nothing. */
const VERSION_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  apache2: ['-v'],
  httpd: ['-v'],
  nginx: ['-v'],
  lighttpd: ['-v'],
  uwsgi: ['--version'],
  'uwsgi-core': ['--version'],
  'spawn-fcgi': ['-v'],
  cc: ['--version'],
  gcc: ['--version'],
  perl: ['-e', 'print $^V'],
  wrk: ['-v'],
};
const VERSION_TIMEOUT_MS = 10_000;

export interface DiscoverOptions {
  /** A folder of Apache's modules to look in before the usual places. @default LAB_APACHE_MODULES */
  readonly apacheModules?: string;
  /** @default the process's own environment */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whom programs must be executable for. @default measuredUser() */
  readonly user?: MeasuredUser | null;
}

/** Real binaries only, that the measured user can execute. */
export async function discoverTools(options: DiscoverOptions = {}): Promise<Tools> {
  const env = options.env ?? process.env;
  const user = options.user === undefined ? measuredUser() : options.user;
  const apacheFolder = options.apacheModules ?? env.LAB_APACHE_MODULES;
  const find = makeFinder(searchFolders(env.PATH ?? ''), user);
  const [python, versions] = await Promise.all([
    discoverPython({ labPython: env.LAB_PYTHON, find, pathFolders: (env.PATH ?? '').split(delimiter), user }),
    readVersions(find),
  ]);
  return {
    find,
    version: (program) => versions.get(program) ?? null,
    python,
    node: canUse(process.execPath, user, 'execute') ? process.execPath : (find('node') ?? process.execPath),
    apacheModule: (file) =>
      fileIn([...(apacheFolder === undefined ? [] : [apacheFolder]), ...APACHE_MODULE_FOLDERS], file),
    lighttpdModule: (file) => fileIn(LIGHTTPD_MODULE_FOLDERS, file),
  };
}

/** PATH, then the places where servers hide; without shims, and without relative entries. */
export function searchFolders(path: string): string[] {
  const folders = [...path.split(delimiter), ...EXTRA_FOLDERS];
  return [...new Set(folders)].filter((folder) => isAbsolute(folder) && !SHIM.test(folder));
}

function makeFinder(
  folders: readonly string[],
  user: MeasuredUser | null,
): (program: string) => string | null {
  const known = new Map<string, string | null>();
  return (program) => {
    const cached = known.get(program);
    if (cached !== undefined) return cached;
    const found = folders
      .map((folder) => join(folder, program))
      .find((path) => isFile(path) && canUse(path, user, 'execute'));
    known.set(program, found ?? null);
    return found ?? null;
  };
}

async function readVersions(find: (program: string) => string | null): Promise<Map<string, string>> {
  const versions = new Map<string, string>();
  const asked = Object.entries(VERSION_ARGUMENTS).map(async ([program, args]) => {
    const path = find(program);
    if (path === null) return;
    const { output } = await runCommand([path, ...args], {
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: '/nonexistent' },
      timeoutMs: VERSION_TIMEOUT_MS,
    });
    // `wrk -v` and a few more print usage with a non-zero exit after their version: the first line counts.
    const line = output.split('\n').find((candidate) => /\d/.test(candidate));
    if (line !== undefined) versions.set(program, line.trim());
  });
  await Promise.all(asked);
  return versions;
}

function fileIn(folders: readonly string[], file: string): string | null {
  for (const folder of folders) {
    try {
      if (readdirSync(folder).includes(file)) return join(folder, file);
    } catch {
      // An absent folder holds nothing.
    }
  }
  return null;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
