import type { Availability, Tools } from '../define.ts';

/** Modules that lighttpd 1.4.6x of Debian has compiled in, and that have no file of their own there. */
const BUILT_IN = ['mod_fastcgi', 'mod_scgi', 'mod_setenv', 'mod_staticfile', 'mod_indexfile', 'mod_alias'];

/** Whether each module has its file, or is one of those that are compiled in. */
export function probeLighttpdModules(tools: Tools, modules: readonly string[]): Availability {
  const missing = modules.filter(
    (name) => !BUILT_IN.includes(name) && tools.lighttpdModule(`${name}.so`) === null,
  );
  if (missing.length === 0) return { available: true, version: null };
  return {
    available: false,
    reason: `lighttpd has no ${missing.join(', ')}`,
    remedy: 'sudo apt-get install lighttpd',
  };
}
