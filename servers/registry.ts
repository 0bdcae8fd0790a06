/**
 * Finds definitions by scanning folders. `servers/apps/<name>/app.ts`; `servers/<kind>/<name>.ts` for the
 * others. A definition that fails to load is an error that names its file; it is never left out silently.
 */
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LabError, messageOf } from '../core/errors.ts';
import { NAME_PATTERN } from '../core/words.ts';
import type { Adapter, App, Backend, Connector, Host } from './define.ts';

export interface Registry {
  readonly apps: ReadonlyMap<string, App>;
  readonly adapters: ReadonlyMap<string, Adapter>;
  readonly backends: ReadonlyMap<string, Backend>;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly hosts: ReadonlyMap<string, Host>;
}

const HERE = dirname(fileURLToPath(import.meta.url));
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Loads every definition below `servers/`, sorted by name. */
export async function loadRegistry(): Promise<Registry> {
  const [apps, adapters, backends, connectors, hosts] = await Promise.all([
    scan<App>('apps', (name) => join(name, `app${EXTENSION}`)),
    scan<Adapter>('adapters'),
    scan<Backend>('backends'),
    scan<Connector>('connectors'),
    scan<Host>('hosts'),
  ]);
  for (const [name, connector] of connectors) {
    if (!hosts.has(connector.host)) {
      throw new LabError(
        'E_DEFINITION',
        `connector ${name} names the host ${connector.host}, which is not defined`,
      );
    }
  }
  return { apps, adapters, backends, connectors, hosts };
}

async function scan<T extends { probe: unknown }>(
  folder: string,
  inFolder?: (name: string) => string,
): Promise<ReadonlyMap<string, T>> {
  const root = join(HERE, folder);
  const entries = await readdir(root, { withFileTypes: true });
  const candidates: [name: string, file: string][] = [];
  for (const entry of entries) {
    if (inFolder === undefined) {
      if (entry.isFile() && entry.name.endsWith(EXTENSION) && !entry.name.endsWith('.d.ts')) {
        candidates.push([entry.name.slice(0, -EXTENSION.length), join(root, entry.name)]);
      }
    } else if (entry.isDirectory()) {
      const inside = await readdir(join(root, entry.name));
      if (inside.includes(`app${EXTENSION}`)) candidates.push([entry.name, join(root, inFolder(entry.name))]);
    }
  }
  candidates.sort(([a], [b]) => (a < b ? -1 : 1));
  const found = new Map<string, T>();
  for (const [name, file] of candidates) found.set(name, await load<T>(name, file));
  return found;
}

async function load<T extends { probe: unknown }>(name: string, file: string): Promise<T> {
  if (!NAME_PATTERN.test(name)) {
    throw new LabError('E_DEFINITION', `"${name}" is not a name a definition can have`, { facts: { file } });
  }
  try {
    const module: { default?: T } = await import(pathToFileURL(file).href);
    if (typeof module.default?.probe !== 'function')
      throw new Error('it has no default export with a probe()');
    return module.default;
  } catch (cause) {
    throw new LabError('E_DEFINITION', `the definition ${name} does not load: ${messageOf(cause)}`, {
      facts: { file },
      hint: 'Run `npm run build` and mend what it names.',
      cause,
    });
  }
}
