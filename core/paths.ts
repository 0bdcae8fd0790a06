import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root: the nearest folder above this file that holds package.json. */
export const PROJECT_ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Where compiled JavaScript is. Measured processes always run compiled code. */
export const DIST = join(PROJECT_ROOT, 'dist');

/** What `lab setup` installs (the lab's own virtual environment) and local state. Not in git. */
export const LAB_HOME = join(PROJECT_ROOT, '.lab');

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('package.json of the lab not found');
  return findRoot(parent);
}
