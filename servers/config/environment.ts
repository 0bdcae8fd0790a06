import type { PreparedApp, Site } from '../define.ts';

/** What every measured program gets: nothing is inherited from whoever started the lab. */
const BASE_ENVIRONMENT = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' } as const;

/** The whole environment of a server's or backend's process. */
export function programEnvironment(
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { ...BASE_ENVIRONMENT, ...more };
}

/** The environment of a process that runs a Python app: byte code is there already, spooled bodies stay in the site. */
export function pythonEnvironment(app: PreparedApp, site: Site): Readonly<Record<string, string>> {
  return programEnvironment({ HOME: site.dir, TMPDIR: site.dir, PYTHONDONTWRITEBYTECODE: '1', ...app.env });
}
