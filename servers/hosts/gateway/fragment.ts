/** What the gateway's connectors have in common. */
import type { Availability, Capacity, Fragment, PreparedApp } from '../../define.ts';
import type { GatewayMode } from './config.ts';

export const PART_OF_THE_LAB: Availability = { available: true, version: null };

/** A fragment for one mode of the gateway. */
export function gatewayFragment(mode: GatewayMode, more: Partial<Fragment> = {}): Fragment {
  return { modules: [], config: JSON.stringify(mode), files: [], hostVariant: null, basePath: '', ...more };
}

/** The gateway is one process on one event loop, whatever the capacity says. */
export function oneProcess(capacity: Capacity, what: string): readonly string[] {
  return capacity.processes > 1
    ? [`${what} is one Node process where others have ${capacity.processes}`]
    : [];
}

/** The file that a form other than wsgi-callable has. @throws when there is none: a mistake of ours. */
export function fileOf(app: PreparedApp): string {
  if (app.file === null) throw new Error(`${app.name} has no file to load`);
  return app.file;
}
