/**
 * Joins definitions into stacks: connector → [backend] → [adapter] → app, at most one adapter step.
 * What is missing on this machine, and what a definition refuses, becomes an exclusion with its reason.
 */
import { formatStackName } from '../../core/stack-name.ts';
import type { Form, Model } from '../../core/words.ts';
import type { Exclusion, StackRecord } from '../../results/schema/stack.ts';
import type {
  Adapter,
  App,
  Availability,
  Backend,
  Connector,
  Tools,
  Variants,
} from '../../servers/define.ts';
import type { Registry } from '../../servers/registry.ts';
import type { Stack } from '../stack.ts';

export interface Derivation {
  /** Sorted by name. */
  readonly stacks: readonly Stack[];
  readonly exclusions: readonly Exclusion[];
}

/** Every stack that the definitions allow and this machine can run. */
export function deriveStacks(registry: Registry, tools: Tools): Derivation {
  const exclusions: Exclusion[] = [];
  const isThere = (what: string, probed: Availability): boolean => {
    if (!probed.available) exclusions.push({ what, reason: probed.reason, remedy: probed.remedy });
    return probed.available;
  };
  const available = <T extends { probe(tools: Tools): Availability }>(
    all: ReadonlyMap<string, T>,
    label: (name: string) => string,
  ) => [...all].filter(([name, definition]) => isThere(label(name), definition.probe(tools)));

  const apps = available(registry.apps, (name) => `*/${name}`);
  const adapters = available(registry.adapters, (name) => `adapter ${name}`);
  const hosts = new Set(available(registry.hosts, (name) => `${name}-*`).map(([name]) => name));
  const backends = available(registry.backends, (name) => `*+${name}/*`);
  const connectors = [...registry.connectors]
    .filter(([, connector]) => hosts.has(connector.host))
    .filter(([name, connector]) => isThere(`${name}/*`, connector.probe(tools)));

  const stacks: Stack[] = [];
  const add = (link: Link) => {
    const reason = refusal(link);
    if (reason === null) stacks.push(makeStack(link, registry));
    else exclusions.push({ what: nameOf(link), reason, remedy: null });
  };
  for (const [connectorName, connector] of connectors) {
    for (const connectorVariant of variantsOf(connector.variants)) {
      const front = { connectorName, connector, connectorVariant };
      const { takes } = connector;
      if ('loads' in takes) {
        for (const app of joinApps(apps, adapters, takes.loads)) add({ ...front, ...app, backend: null });
        continue;
      }
      for (const [backendName, backend] of backends) {
        if (!backend.presents.includes(takes.speaks)) continue;
        if (!backend.listens.some((kind) => connector.reaches?.includes(kind))) continue;
        for (const backendVariant of variantsOf(backend.variants)) {
          for (const app of joinApps(apps, adapters, backend.runs)) {
            add({
              ...front,
              ...app,
              backend: { name: backendName, definition: backend, variant: backendVariant },
            });
          }
        }
      }
    }
  }
  stacks.sort((a, b) => (a.record.name < b.record.name ? -1 : 1));
  return { stacks, exclusions };
}

interface Link {
  readonly connectorName: string;
  readonly connector: Connector;
  readonly connectorVariant: string | null;
  readonly backend: { name: string; definition: Backend; variant: string | null } | null;
  readonly appName: string;
  readonly app: App;
  readonly adapterName: string | null;
  readonly adapter: Adapter | null;
  readonly form: Form;
}

type AppEnd = Pick<Link, 'appName' | 'app' | 'adapterName' | 'adapter' | 'form'>;

/** null stands for the default variant, which names leave out. */
function variantsOf(variants: Variants | undefined): readonly (string | null)[] {
  const names = Object.keys(variants ?? {});
  return names.length === 0 ? [null] : names.map((name, index) => (index === 0 ? null : name));
}

/** The variant's real name, the default included; null where a definition has no variants. */
export function resolveVariant(variants: Variants | undefined, named: string | null): string | null {
  return named ?? Object.keys(variants ?? {})[0] ?? null;
}

function joinApps(
  apps: readonly (readonly [string, App])[],
  adapters: readonly (readonly [string, Adapter])[],
  forms: readonly Form[],
): AppEnd[] {
  return apps.flatMap(([appName, app]): AppEnd[] => {
    if (forms.includes(app.form)) return [{ appName, app, adapterName: null, adapter: null, form: app.form }];
    const found = adapters.find(([, adapter]) => adapter.from === app.form && forms.includes(adapter.to));
    if (found === undefined) return [];
    const [adapterName, adapter] = found;
    return [{ appName, app, adapterName, adapter, form: adapter.to }];
  });
}

function refusal(link: Link): string | null {
  const backendVariant =
    link.backend === null ? null : resolveVariant(link.backend.definition.variants, link.backend.variant);
  const byConnector = link.connector.excludes?.({
    app: link.app,
    appName: link.appName,
    variant: resolveVariant(link.connector.variants, link.connectorVariant),
    backend: link.backend?.name ?? null,
    backendVariant,
  });
  if (byConnector !== undefined && byConnector !== null) return byConnector;
  if (link.backend === null || !('speaks' in link.connector.takes)) return null;
  return (
    link.backend.definition.excludes?.({
      upstream: link.connector.takes.speaks,
      variant: backendVariant,
      app: link.app,
    }) ?? null
  );
}

const nameOf = (link: Link): string =>
  formatStackName({
    connector: link.connectorName,
    connectorVariant: link.connectorVariant,
    backend: link.backend?.name ?? null,
    backendVariant: link.backend?.variant ?? null,
    app: link.appName,
  });

function makeStack(link: Link, registry: Registry): Stack {
  const host = registry.hosts.get(link.connector.host);
  if (host === undefined) throw new Error(`host ${link.connector.host} is not defined`);
  const { takes } = link.connector;
  const record: StackRecord = {
    name: nameOf(link),
    model: modelOf(link),
    host: link.connector.host,
    connector: link.connectorName,
    connectorVariant: resolveVariant(link.connector.variants, link.connectorVariant),
    backend: link.backend?.name ?? null,
    backendVariant:
      link.backend === null ? null : resolveVariant(link.backend.definition.variants, link.backend.variant),
    adapter: link.adapterName,
    app: link.appName,
    appForm: link.app.form,
    form: link.form,
    upstream: 'speaks' in takes ? takes.speaks : null,
    contract: link.app.contract,
    extras: [...(link.app.extras ?? [])],
    language: link.app.language,
    pipeline: pipelineOf(link, host.title),
  };
  return {
    record,
    host,
    connector: link.connector,
    backend: link.backend?.definition ?? null,
    adapter: link.adapter,
    app: link.app,
  };
}

/** The model follows from the chain; see the table of words in docs/architecture.md. */
function modelOf({ connector: { takes }, backend, form }: Link): Model {
  if (backend?.definition.forksPerRequest === true) return 'cgi';
  if ('speaks' in takes) return takes.speaks === 'http' ? 'pool' : 'daemon';
  if (form === 'files') return 'static';
  return form === 'cgi-script' ? 'cgi' : 'embedded';
}

const PROTOCOL = {
  fastcgi: 'FastCGI',
  scgi: 'SCGI',
  uwsgi: 'uwsgi protocol',
  http: 'HTTP',
  own: 'own protocol',
};

function pipelineOf(link: Link, hostTitle: string): string[] {
  const { takes } = link.connector;
  const withVariant = (title: string, variant: string | null) =>
    variant === null ? title : `${title} ${variant}`;
  const hops = [hostTitle, withVariant(link.connector.title, link.connectorVariant)];
  if (link.backend !== null && 'speaks' in takes) {
    const title = withVariant(link.backend.definition.title, link.backend.variant);
    const spoken = `(${PROTOCOL[takes.speaks]})`;
    hops.push(title.includes(spoken) ? title : `${title} ${spoken}`);
  }
  if (link.adapter !== null) hops.push(link.adapter.title);
  hops.push(link.app.interface === null ? link.app.title : `${link.app.title} (${link.app.interface})`);
  return hops;
}
