import { apache } from '../config/apache.ts';
import { probeApacheModules } from '../config/apache-probe.ts';
import { proxyPass } from '../config/apache-proxy.ts';
import { notesOn, refusesReuse, runsCgiItself } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

const MODULES = ['proxy', 'proxy_fcgi', 'setenvif'];

export default defineConnector({
  host: 'apache',
  title: 'mod_proxy_fcgi',
  takes: { speaks: 'fastcgi', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  excludes: ({ backend }) => runsCgiItself('Apache', backend),
  probe: (tools) => probeApacheModules(tools, MODULES),
  fragment({ app, upstream, backend, site }) {
    const reuse = !refusesReuse(backend, 'fastcgi');
    // Without it the whole path arrives as SCRIPT_NAME and PATH_INFO is empty. No other spelling works.
    const config = apache.lines(
      apache`SetEnvIf Request_URI . proxy-fcgi-pathinfo=1`,
      // An interpreter runs what SCRIPT_FILENAME names; the module's own value is the address of the backend.
      app.script === undefined
        ? apache``
        : apache`ProxyFCGISetEnvIf "true" SCRIPT_FILENAME ${apache.path(app.script)}`,
      proxyPass({ scheme: 'fcgi', upstream, site, reuse }),
    );
    return {
      modules: MODULES,
      config: config.text,
      files: [],
      hostVariant: 'event',
      basePath: '',
      unequal: notesOn(backend, 'fastcgi', reuse),
    };
  },
});
