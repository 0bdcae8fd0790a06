import { lighttpdBackend } from '../config/lighttpd.ts';
import { probeLighttpdModules } from '../config/lighttpd-probe.ts';
import { notesOn } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

export default defineConnector({
  host: 'lighttpd',
  title: 'mod_proxy',
  takes: { speaks: 'http', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  probe: (tools) => probeLighttpdModules(tools, ['mod_proxy']),
  fragment({ upstream, backend, site }) {
    return {
      modules: ['mod_proxy'],
      config: lighttpdBackend('proxy', upstream, site).text,
      files: [],
      hostVariant: null,
      basePath: '',
      unequal: notesOn(backend, 'http', false, 'lighttpd'),
    };
  },
});
