import { probeApacheModules } from '../config/apache-probe.ts';
import { proxyPass } from '../config/apache-proxy.ts';
import { notesOn } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

const MODULES = ['proxy', 'proxy_uwsgi'];

export default defineConnector({
  host: 'apache',
  title: 'mod_proxy_uwsgi',
  takes: { speaks: 'uwsgi', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  probe: (tools) => probeApacheModules(tools, MODULES),
  fragment({ upstream, backend, site }) {
    return {
      modules: MODULES,
      config: proxyPass({ scheme: 'uwsgi', upstream, site, reuse: false }).text,
      files: [],
      hostVariant: 'event',
      basePath: '',
      unequal: notesOn(backend, 'uwsgi', false),
    };
  },
});
