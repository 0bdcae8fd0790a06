/**
 * Loads a scenario written in TypeScript. Those in `scenarios/` are compiled with the lab; one from anywhere
 * else is compiled here first, because Node 20 does not run TypeScript.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join, parse, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '../core/errors.ts';
import { DIST, LAB_HOME, PROJECT_ROOT } from '../core/paths.ts';
import type { Problem } from './problem.ts';

/** A compiler that has said nothing for so long will not. */
const COMPILE_LIMIT_MS = 60_000;

export type Module =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Imports the default export of a TypeScript scenario. `file` is how the user named it, `path` is absolute. */
export async function importScenario(path: string, file: string): Promise<Module> {
  const fault = (message: string): Module => ({
    ok: false,
    problems: [{ file, line: null, column: null, path: '', message }],
  });
  let target = path;
  if (!import.meta.url.endsWith('.ts')) {
    const inside = relative(join(PROJECT_ROOT, 'scenarios'), path);
    const shipped = !inside.startsWith('..') && !inside.includes('/');
    if (shipped) target = join(DIST, 'scenarios', inside.replace(/\.ts$/, '.js'));
    else {
      const built = await compile(path, file);
      if (!built.ok) return built;
      target = built.output;
    }
  }
  try {
    const module: { default?: unknown } = await import(pathToFileURL(target).href);
    if (module.default === undefined) return fault('it has no default export: write `export default { … }`');
    return { ok: true, data: module.default };
  } catch (thrown) {
    return fault(`it cannot be loaded: ${messageOf(thrown)}`);
  }
}

type Built =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Compiles into a folder of its own below the lab's, where its imports find the lab's packages. */
async function compile(path: string, file: string): Promise<Built> {
  const outDir = join(LAB_HOME, 'build', createHash('sha256').update(path).digest('hex').slice(0, 16));
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const tsc = join(PROJECT_ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  // Types are not checked: the schema checks the data, and the file may not see the lab's types.
  const flags = [
    ...['--ignoreConfig', '--noCheck', '--skipLibCheck', '--target', 'es2023', '--types', ''],
    ...['--module', 'esnext', '--moduleResolution', 'bundler', '--rewriteRelativeImportExtensions'],
    ...['--rootDir', parse(path).root, '--outDir', outDir],
  ];
  try {
    await promisify(execFile)(process.execPath, [tsc, ...flags, path], {
      timeout: COMPILE_LIMIT_MS,
      cwd: outDir,
    });
  } catch (thrown) {
    const problems = compilerProblems(outputOf(thrown), file);
    if (problems.length > 0) return { ok: false, problems };
    const message = `it cannot be compiled: ${messageOf(thrown)}`;
    return { ok: false, problems: [{ file, line: null, column: null, path: '', message }] };
  }
  const emitted = path.replace(/\.ts$/, '.js').replace(/\.mts$/, '.mjs');
  return { ok: true, output: join(outDir, relative(parse(path).root, emitted)) };
}

function outputOf(thrown: unknown): string {
  const stdout = thrown instanceof Error && 'stdout' in thrown ? thrown.stdout : '';
  return typeof stdout === 'string' ? stdout : '';
}

/** `path(line,column): error TS1005: ',' expected.` → problems. */
export function compilerProblems(output: string, file: string): Problem[] {
  return [...output.matchAll(/\((\d+),(\d+)\): error (?:TS\d+): (.*)/g)].map(([, line, column, message]) => ({
    file,
    line: Number(line),
    column: Number(column),
    path: '',
    message: message ?? '',
  }));
}
