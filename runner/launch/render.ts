/** Turns a stack's definitions into the programs to start, for one site. Nothing is started here. */
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import type { Fragment, Listen, ProgramSpec, RenderedFile, Site } from '../../servers/define.ts';
import type { Observe } from '../observe.ts';
import type { Stack } from '../stack.ts';
import { LOOPBACK, pickPort } from './port.ts';
import type { AppInSite } from './prepare-app.ts';

export interface RenderedStack {
  readonly backend: ProgramSpec | null;
  readonly host: ProgramSpec;
  readonly fragment: Fragment;
}

/** What was generated, with the site's folder as `$SITE`. */
export interface ConfigText {
  readonly path: string;
  readonly content: string;
}

/** Files beyond this are data, not configuration. */
const CONFIG_BYTES = 64 * 1024;

export async function renderStack(
  stack: Stack,
  app: AppInSite,
  site: Site,
  observe?: Observe['upstream'],
): Promise<RenderedStack> {
  const { record } = stack;
  const upstream = stack.backend === null ? null : await chooseListen(stack, site);
  const backend =
    stack.backend === null || upstream === null || record.upstream === null
      ? null
      : stack.backend.program({
          app: app.adapted,
          upstream: record.upstream,
          listen: upstream,
          variant: record.backendVariant,
          site,
        });
  const fragment = stack.connector.fragment({
    app: app.adapted,
    upstream: upstream === null || observe === undefined ? upstream : await observe(upstream, site),
    backend: record.backend,
    variant: record.connectorVariant,
    site,
  });
  return { backend, fragment, host: stack.host.program({ fragment, site }) };
}

/** The first kind of address that the backend prefers and the connector reaches. */
async function chooseListen(stack: Stack, site: Site): Promise<Listen> {
  const reaches = stack.connector.reaches ?? [];
  const kind = stack.backend?.listens.find((candidate) => reaches.includes(candidate));
  if (kind === 'unix') return { kind, path: join(site.dir, 'up.sock') };
  if (kind === 'tcp') return { kind, address: LOOPBACK, port: await pickPort() };
  throw new LabError(
    'E_DEFINITION',
    `${stack.record.connector} reaches no address of ${stack.record.backend}`,
    {
      facts: { stack: stack.record.name },
    },
  );
}

/** Generated files and the commands, as a reader of the report sees them. */
export function configTexts(
  specs: readonly ProgramSpec[],
  adapterFiles: readonly RenderedFile[],
  site: Site,
): ConfigText[] {
  const hide = (text: string) => text.replaceAll(site.dir, '$SITE');
  const files = new Map(
    [...adapterFiles, ...specs.flatMap((spec) => spec.files)].map((file) => [file.path, file]),
  );
  const texts = [...files.values()]
    .filter((file) => Buffer.byteLength(file.content) <= CONFIG_BYTES)
    .map((file) => ({ path: hide(file.path), content: hide(file.content) }));
  const commands = specs.map((spec) => ({
    path: `${spec.role}: command of ${spec.name}`,
    content: hide(
      `${[...Object.entries(spec.env).map(([name, value]) => `${name}=${value}`), ...spec.argv].join('\n')}\n`,
    ),
  }));
  return [...commands, ...texts];
}
