import { LabError } from '../../core/errors.ts';
import type { Listen, Site } from '../define.ts';
import { makeDialect, type Rendered } from './dialect.ts';

/** lighttpd's configuration language. */
export const lighttpd = makeDialect('lighttpd');
export type LighttpdText = Rendered<'lighttpd'>;

/** Where a backend listens, as the options of a `*.server` entry. */
function backendAddress(listen: Listen | null): LighttpdText {
  if (listen === null) throw new LabError('E_INTERNAL', 'a proxying connector was given no backend');
  return listen.kind === 'unix'
    ? lighttpd`"socket" => ${lighttpd.socket(listen.path)}`
    : lighttpd`"host" => "${lighttpd.address(listen.address)}", "port" => ${lighttpd.port(listen.port)}`;
}

/**
 * One `fastcgi.server`, `scgi.server` or `proxy.server` for the whole site. `disable-time`: a backend that once
 * failed is tried again at the next request.
 */
export function lighttpdBackend(
  kind: 'fastcgi' | 'scgi' | 'proxy',
  upstream: Listen | null,
  site: Site,
): LighttpdText {
  const timeout = lighttpd.seconds(site.limits.requestTimeoutMs);
  const common = lighttpd`${backendAddress(upstream)},
  "disable-time" => 0,
  "connect-timeout" => 10,
  "read-timeout" => ${timeout},
  "write-timeout" => ${timeout}`;
  if (kind === 'proxy') return lighttpd`proxy.server = ( "" => (( ${common} )) )`;
  const name = kind === 'scgi' ? lighttpd`scgi` : lighttpd`fastcgi`;
  // The whole path is PATH_INFO: the app is mounted at the root, and no such files exist.
  return lighttpd`${name}.server = ( "/" => (( ${common},
  "check-local" => "disable",
  "fix-root-scriptname" => "enable" )) )`;
}

/** What an app needs in its environment, for CGI programs. */
export function lighttpdEnvironment(env: Readonly<Record<string, string>>): LighttpdText {
  const pairs = Object.entries(env).map(
    ([name, value]) => lighttpd`"${lighttpd.variable(name)}" => ${lighttpd.text(value)}`,
  );
  const list = pairs.reduce((all, one, index) => (index === 0 ? one : lighttpd`${all}, ${one}`), lighttpd``);
  return lighttpd`setenv.set-environment = ( ${list} )`;
}
