import { gatewayBehaviour, nginx, nginxServer, nginxUpstream } from '../config/nginx.ts';
import { notesOn, refusesReuse } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

export default defineConnector({
  host: 'nginx',
  title: 'proxy_pass',
  takes: { speaks: 'http', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  variants: {
    keepalive: 'keeps connections to the backend (HTTP/1.1)',
    close: 'a connection to the backend for each request (HTTP/1.0, as by default)',
  },
  excludes: ({ backend, variant }) =>
    variant === 'keepalive' && refusesReuse(backend, 'http')
      ? 'uWSGI closes an HTTP connection after each answer without saying so; kept ones fail at random'
      : null,
  probe: () => ({ available: true, version: null }),
  fragment({ upstream, backend, variant, site }) {
    const reuse = variant !== 'close';
    const version = reuse
      ? nginx`    proxy_http_version 1.1;
    proxy_set_header Connection "";`
      : nginx`    proxy_http_version 1.0;
    proxy_set_header Connection close;`;
    // An empty value leaves the header out: a client's `Proxy:` would become HTTP_PROXY (CVE-2016-5385).
    const location = nginx.lines(
      nginx`  location / {
    proxy_pass http://app;
    proxy_set_header Host $http_host;
    proxy_set_header Proxy "";`,
      version,
      gatewayBehaviour('proxy', site),
      nginx`  }`,
    );
    const config = nginx.lines(nginxUpstream(upstream, reuse), nginxServer(site, location));
    return {
      modules: [],
      config: config.text,
      files: [],
      hostVariant: null,
      basePath: '',
      unequal: reuse ? notesOn(backend, 'http', true) : notesOn(backend, 'http', false).slice(1),
    };
  },
});
