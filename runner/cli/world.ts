/** What is defined and what this machine has: the start of most commands. */

import { resolve } from 'node:path';
import { Option } from 'commander';
import { LabError } from '../../core/errors.ts';
import type { Catalogue, Named } from '../../scenarios/catalogue.ts';
import type { Tools, Variants } from '../../servers/define.ts';
import { loadRegistry, type Registry } from '../../servers/registry.ts';
import { type AdoptedApp, loadAdopted } from '../adopt/surroundings.ts';
import { type Derivation, deriveStacks } from '../plan/derive.ts';
import { discoverTools } from '../process/tools.ts';

export interface World extends Derivation {
  readonly registry: Registry;
  readonly tools: Tools;
  readonly catalogue: Catalogue;
  /** The application that --app names; null: none. */
  readonly adopted: AdoptedApp | null;
}

/** What every command that surveys the world can be told of this machine. */
export interface WorldOptions {
  readonly apacheModules?: string;
  /** Path of a labapp.yaml whose application takes part. */
  readonly app?: string;
}

export const appOption = (): Option =>
  new Option('--app <file>', 'an application of your own: the labapp.yaml that `lab adopt` wrote');

export const apacheModulesOption = (): Option =>
  new Option(
    '--apache-modules <dir>',
    'folder of Apache’s modules (default: LAB_APACHE_MODULES, else the usual places)',
  );

/** Loads every definition, looks at the machine, and joins stacks. */
export async function surveyWorld({ apacheModules, app }: WorldOptions = {}): Promise<World> {
  const [shipped, tools, adopted] = await Promise.all([
    loadRegistry(),
    discoverTools(apacheModules === undefined ? {} : { apacheModules }),
    app === undefined ? null : loadAdopted(resolve(app)),
  ]);
  const registry = adopted === null ? shipped : withAdopted(shipped, adopted);
  return { registry, tools, adopted, catalogue: catalogueOf(registry), ...deriveStacks(registry, tools) };
}

/** The definitions with one app more. @throws LabError E_LABAPP when its name is taken */
function withAdopted(registry: Registry, { name, app, file }: AdoptedApp): Registry {
  if (registry.apps.has(name)) {
    throw new LabError('E_LABAPP', `the lab has an app called "${name}" already`, {
      facts: { file },
      hint: 'Give yours another name in labapp.yaml.',
    });
  }
  return { ...registry, apps: new Map([...registry.apps, [name, app]]) };
}

/** The names that scenarios and patterns may use. */
export function catalogueOf(registry: Registry): Catalogue {
  const named = (name: string, variants: Variants | undefined): Named => ({
    name,
    variants: Object.keys(variants ?? {}),
  });
  return {
    hosts: [...registry.hosts.keys()],
    apps: [...registry.apps.keys()],
    connectors: [...registry.connectors].map(([name, { host, variants }]) => ({
      ...named(name, variants),
      host,
    })),
    backends: [...registry.backends].map(([name, { variants }]) => named(name, variants)),
  };
}
