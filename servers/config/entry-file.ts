import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../core/paths.ts';
import type { RenderedFile, Site } from '../define.ts';

/**
 * An entry program that is not JavaScript, to be copied into the site: the measured user may not be able to read
 * the checkout, and the copy is kept with the run.
 */
export function entryFile(name: string, site: Site): RenderedFile {
  const content = readFileSync(join(PROJECT_ROOT, 'servers', 'entries', name), 'utf8');
  return { path: join(site.dir, name), content };
}
