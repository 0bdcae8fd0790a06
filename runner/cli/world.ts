/** What is defined and what this machine has: the start of most commands. */
import type { Catalogue, Named } from '../../scenarios/catalogue.ts';
import type { Tools, Variants } from '../../servers/define.ts';
import { loadRegistry, type Registry } from '../../servers/registry.ts';
import { type Derivation, deriveStacks } from '../plan/derive.ts';
import { discoverTools } from '../process/tools.ts';

export interface World extends Derivation {
  readonly registry: Registry;
  readonly tools: Tools;
  readonly catalogue: Catalogue;
}

/** Loads every definition, looks at the machine, and joins stacks. */
export async function surveyWorld(): Promise<World> {
  const [registry, tools] = await Promise.all([loadRegistry(), discoverTools()]);
  return { registry, tools, catalogue: catalogueOf(registry), ...deriveStacks(registry, tools) };
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
