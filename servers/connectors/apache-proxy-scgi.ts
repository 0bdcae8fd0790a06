import { apache } from '../config/apache.ts';
import { probeApacheModules } from '../config/apache-probe.ts';
import { proxyPass } from '../config/apache-proxy.ts';
import { notesOn } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

const MODULES = ['proxy', 'proxy_scgi', 'setenvif'];

export default defineConnector({
  host: 'apache',
  title: 'mod_proxy_scgi',
  takes: { speaks: 'scgi', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  probe: (tools) => probeApacheModules(tools, MODULES),
  fragment({ upstream, backend, site }) {
    // Without it the whole path arrives as SCRIPT_NAME and PATH_INFO is empty.
    const config = apache`SetEnvIf Request_URI . proxy-scgi-pathinfo=1
${proxyPass({ scheme: 'scgi', upstream, site, reuse: false })}`;
    return {
      modules: MODULES,
      config: config.text,
      files: [],
      hostVariant: 'event',
      basePath: '',
      unequal: notesOn(backend, 'scgi', false),
    };
  },
});
