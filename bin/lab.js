#!/usr/bin/env node
// Starts the compiled command line; compiles first when a source is newer than what was compiled.
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const DIST = join(ROOT, 'dist');
const MAIN = join(DIST, 'runner', 'cli', 'main.js');
const STAMP = join(DIST, '.built');
const ROOMS = ['core', 'scenarios', 'servers', 'runner', 'results', 'dashboards'];

/** Exit codes as in core/errors.ts: 3 needed program missing, 5 our bug. */
function stop(code, ...lines) {
  for (const line of lines) console.error(line);
  process.exit(code);
}

function isWritable(dir) {
  try {
    accessSync(dir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const mtime = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Newest time of a TypeScript source or of a folder that holds some: folders tell of removed files. */
function newest(dir) {
  let latest = mtime(dir);
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'src' && entry.name !== 'runs' && entry.name !== '__pycache__') {
        latest = Math.max(latest, newest(path));
      }
    } else if (entry.name.endsWith('.ts')) latest = Math.max(latest, mtime(path));
  }
  return latest;
}

/** The compiler leaves the output of a removed source behind, and folders are scanned for definitions. */
function prune(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) prune(path);
    else if (path.endsWith('.js') && !existsSync(join(ROOT, relative(DIST, path).replace(/\.js$/, '.ts')))) {
      rmSync(path, { force: true });
    }
  }
}

function build() {
  const begun = new Date();
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const built = spawnSync(process.execPath, [tsc, '-b'], { cwd: ROOT, encoding: 'utf8' });
  if (built.status !== 0) {
    stop(
      5,
      'error: the lab does not compile',
      (built.stdout + built.stderr).trim(),
      'hint: mend what the compiler names; `npm run build` shows it again; LAB_NO_BUILD=1 runs what was compiled last.',
    );
  }
  for (const room of ROOMS) if (existsSync(join(DIST, room))) prune(join(DIST, room));
  writeFileSync(STAMP, '');
  // A source saved while the compiler ran is newer than the stamp.
  utimesSync(STAMP, begun, begun);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  stop(3, `error: the lab needs Node 20.19 or newer; this is ${process.versions.node}`);
}
if (!existsSync(join(ROOT, 'node_modules', 'commander'))) {
  stop(3, 'error: the packages that the lab uses are not installed', `hint: run \`npm ci\` in ${ROOT}`);
}
if (process.env.LAB_NO_BUILD !== '1' || !existsSync(MAIN)) {
  const sources = Math.max(
    ...ROOMS.map((room) => newest(join(ROOT, room))),
    mtime(join(ROOT, 'tsconfig.json')),
  );
  // Where we may not write, whoever installed the lab has built it.
  if (!existsSync(MAIN) || (sources > mtime(STAMP) && isWritable(DIST))) build();
}
await import(pathToFileURL(MAIN).href);
