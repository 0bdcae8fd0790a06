import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PROJECT_ROOT } from '../../core/paths.ts';
import type { RenderedFile, Site } from '../define.ts';

/**
 * A program that is not JavaScript, to be copied into the site: the measured user may not be able to read the
 * checkout, and the copy is kept with the run.
 * @param path below `servers/`
 */
export function assetFile(path: string, site: Site): RenderedFile {
  const content = readFileSync(join(PROJECT_ROOT, 'servers', path), 'utf8');
  return { path: join(site.dir, basename(path)), content };
}

/** One of `servers/entries`. */
export function entryFile(name: string, site: Site): RenderedFile {
  return assetFile(join('entries', name), site);
}
