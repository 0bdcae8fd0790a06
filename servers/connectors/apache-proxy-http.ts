import { apache } from '../config/apache.ts';
import { probeApacheModules } from '../config/apache-probe.ts';
import { proxyPass } from '../config/apache-proxy.ts';
import { notesOn, refusesReuse } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

const MODULES = ['proxy', 'proxy_http', 'headers'];

export default defineConnector({
  host: 'apache',
  title: 'mod_proxy_http',
  takes: { speaks: 'http', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  probe: (tools) => probeApacheModules(tools, MODULES),
  fragment({ upstream, backend, site }) {
    const reuse = !refusesReuse(backend, 'http');
    // A client's `Proxy:` header would become HTTP_PROXY in the app (CVE-2016-5385).
    const config = apache`ProxyPreserveHost On
RequestHeader unset Proxy early
${proxyPass({ scheme: 'http', upstream, site, reuse })}`;
    return {
      modules: MODULES,
      config: config.text,
      files: [],
      hostVariant: 'event',
      basePath: '',
      unequal: notesOn(backend, 'http', reuse),
    };
  },
});
