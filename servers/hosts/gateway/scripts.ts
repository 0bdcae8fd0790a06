/** Which programs a folder offers. Looked up by name, never by joining strings (docs/conformance.md, C26, 27). */
import { constants, type Dirent } from 'node:fs';
import { access, open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Name in a URL → absolute file to execute, or null for a file that must not be executed nor shown. */
export type Scripts = ReadonlyMap<string, string | null>;

/** Reads a script folder once: its programs are fixed for as long as the gateway runs. */
export async function findScripts(root: string): Promise<Scripts> {
  const base = await realpath(root);
  const scripts = new Map<string, string | null>();
  for (const entry of await readdir(base, { withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    scripts.set(entry.name, await executable(base, entry));
  }
  return scripts;
}

/** The real path of a regular, executable, recognisable program inside the root; else null. */
async function executable(base: string, entry: Dirent): Promise<string | null> {
  try {
    const file = await realpath(join(base, entry.name));
    if (!file.startsWith(base + sep) || !(await stat(file)).isFile()) return null;
    await access(file, constants.X_OK);
    return (await isProgram(file)) ? file : null;
  } catch {
    return null;
  }
}

/**
 * `#!`, ELF or Mach-O. Without one of these execvp would hand the file to a shell, which must never
 * interpret anything here.
 */
async function isProgram(file: string): Promise<boolean> {
  await using handle = await openForReading(file);
  const { buffer, bytesRead } = await handle.file.read(Buffer.alloc(4), 0, 4, 0);
  if (bytesRead < 2) return false;
  if (buffer.toString('latin1', 0, 2) === '#!') return true;
  return MAGIC.has(buffer.toString('hex'));
}

async function openForReading(path: string) {
  const file = await open(path, 'r');
  return { file, [Symbol.asyncDispose]: () => file.close() };
}

const MAGIC = new Set(['7f454c46', 'cffaedfe', 'cafebabe']);

/** The first segment of a path and what follows it, still encoded: `/a.py/b` → [`a.py`, `/b`]. */
export function splitScript(path: string): readonly [name: string, extra: string] {
  const slash = path.indexOf('/', 1);
  return slash === -1 ? [path.slice(1), ''] : [path.slice(1, slash), path.slice(slash)];
}
