import { LabError } from '../../core/errors.ts';
import type { Listen, Site } from '../define.ts';
import { makeDialect, type Rendered } from './dialect.ts';
import { BACKLOG, UPSTREAM_IDLE_MS } from './tuning.ts';

/** nginx's configuration language. */
export const nginx = makeDialect('nginx');
export type NginxText = Rendered<'nginx'>;

/** Idle connections that each worker keeps to a backend. */
const UPSTREAM_CONNECTIONS = 64;

/** The one `server` of a configuration. */
export function nginxServer(site: Site, content: NginxText): NginxText {
  return nginx`server {
  listen ${nginx.address(site.front.address)}:${nginx.port(site.front.port)} backlog=${nginx.count(BACKLOG)};
  server_name localhost;
${content}
}`;
}

/**
 * The `upstream` block named `app`. `max_fails=0`: a backend that once failed is not left alone for ten seconds.
 */
export function nginxUpstream(listen: Listen | null, reuse: boolean): NginxText {
  if (listen === null) throw new LabError('E_INTERNAL', 'a proxying connector was given no backend');
  const server =
    listen.kind === 'unix'
      ? nginx`unix:${nginx.bareSocket(listen.path)}`
      : nginx`${nginx.address(listen.address)}:${nginx.port(listen.port)}`;
  const keep = reuse
    ? nginx`
  keepalive ${nginx.count(UPSTREAM_CONNECTIONS)};
  keepalive_requests 1000000000;
  keepalive_timeout ${nginx.seconds(UPSTREAM_IDLE_MS)};`
    : nginx``;
  return nginx`upstream app {
  server ${server} max_fails=0;${keep}
}`;
}

/** One of nginx's gateway modules, whose directives are alike but for their first word. */
export type Gateway = 'fastcgi' | 'scgi' | 'uwsgi';

/**
 * The variables of CGI. `if_not_empty`: a request without a body has no CONTENT_LENGTH, and a client's `Proxy:`
 * header does not become HTTP_PROXY (CVE-2016-5385). The app is mounted at the root: SCRIPT_NAME is empty, but
 * there, which CherryPy needs.
 */
export function gatewayParameters(gateway: Gateway, scriptFile: string | null): NginxText {
  const word = WORDS[gateway];
  const names: readonly (readonly [NginxText, NginxText])[] = [
    [nginx`QUERY_STRING`, nginx`$query_string`],
    [nginx`REQUEST_METHOD`, nginx`$request_method`],
    [nginx`CONTENT_TYPE`, nginx`$content_type if_not_empty`],
    // scgi: the module sends its own, which must come first.
    ...(gateway === 'scgi' ? [] : [[nginx`CONTENT_LENGTH`, nginx`$content_length if_not_empty`] as const]),
    [nginx`SCRIPT_NAME`, nginx`""`],
    [nginx`PATH_INFO`, nginx`$uri`],
    [nginx`REQUEST_URI`, nginx`$request_uri`],
    [nginx`SERVER_PROTOCOL`, nginx`$server_protocol`],
    [nginx`REQUEST_SCHEME`, nginx`$scheme`],
    [nginx`GATEWAY_INTERFACE`, nginx`CGI/1.1`],
    [nginx`SERVER_SOFTWARE`, nginx`nginx`],
    [nginx`SERVER_NAME`, nginx`$host`],
    [nginx`SERVER_ADDR`, nginx`$server_addr`],
    [nginx`SERVER_PORT`, nginx`$server_port`],
    [nginx`REMOTE_ADDR`, nginx`$remote_addr`],
    [nginx`REMOTE_PORT`, nginx`$remote_port`],
    [nginx`HTTP_PROXY`, nginx`"" if_not_empty`],
    ...(scriptFile === null ? [] : [[nginx`SCRIPT_FILENAME`, nginx.path(scriptFile)] as const]),
  ];
  return nginx.lines(...names.map(([name, value]) => nginx`    ${word}_param ${name} ${value};`));
}

/** Passing answers on as they come, and the lab's time limit; alike for every way of proxying. */
export function gatewayBehaviour(gateway: Gateway | 'proxy', site: Site): NginxText {
  const word = WORDS[gateway];
  const timeout = nginx.seconds(site.limits.requestTimeoutMs);
  return nginx`    ${word}_buffering off;
    ${word}_connect_timeout 10;
    ${word}_read_timeout ${timeout};
    ${word}_send_timeout ${timeout};`;
}

const WORDS = { fastcgi: nginx`fastcgi`, scgi: nginx`scgi`, uwsgi: nginx`uwsgi`, proxy: nginx`proxy` };

/** A whole gateway: upstream block, server, location. */
export function nginxGateway(x: {
  readonly gateway: Gateway;
  readonly site: Site;
  readonly upstream: Listen | null;
  readonly reuse: boolean;
  readonly scriptFile: string | null;
}): NginxText {
  const word = WORDS[x.gateway];
  const keep = x.gateway === 'fastcgi' && x.reuse ? nginx`    fastcgi_keep_conn on;` : nginx``;
  const location = nginx.lines(
    nginx`  location / {
    ${word}_pass app;`,
    keep,
    gatewayBehaviour(x.gateway, x.site),
    gatewayParameters(x.gateway, x.scriptFile),
    nginx`  }`,
  );
  return nginx.lines(nginxUpstream(x.upstream, x.reuse), nginxServer(x.site, location));
}
