import { lighttpdBackend } from '../config/lighttpd.ts';
import { probeLighttpdModules } from '../config/lighttpd-probe.ts';
import { notesOn } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

export default defineConnector({
  host: 'lighttpd',
  title: 'mod_scgi',
  takes: { speaks: 'scgi', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  probe: (tools) => probeLighttpdModules(tools, ['mod_scgi']),
  fragment({ upstream, backend, site }) {
    return {
      modules: ['mod_scgi'],
      config: lighttpdBackend('scgi', upstream, site).text,
      files: [],
      hostVariant: null,
      basePath: '',
      unequal: notesOn(backend, 'scgi', false, 'lighttpd'),
    };
  },
});
