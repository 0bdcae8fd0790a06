/** The process of a Node backend, as data. */
import { join } from 'node:path';
import type { Listen, PreparedApp, ProgramSpec, Site } from '../../define.ts';

/** A listen address as the entry programs take it. */
export function listenArgument(listen: Listen): string {
  return listen.kind === 'unix' ? `unix:${listen.path}` : `tcp:${listen.address}:${listen.port}`;
}

export function nodeProgram(
  name: string,
  entry: string,
  x: { readonly app: PreparedApp; readonly listen: Listen; readonly site: Site },
): ProgramSpec {
  const { app, listen, site } = x;
  return {
    name,
    role: 'backend',
    argv: [
      site.tools.node,
      join(site.entries, entry),
      app.file ?? '',
      listenArgument(listen),
      String(site.capacity.processes),
    ],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', ...app.env },
    cwd: app.dir,
    files: [],
    listens: listen,
    stop: { signal: 'SIGTERM', graceMs: 5_000 },
  };
}
