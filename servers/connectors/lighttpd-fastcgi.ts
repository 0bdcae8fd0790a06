import { lighttpdBackend } from '../config/lighttpd.ts';
import { probeLighttpdModules } from '../config/lighttpd-probe.ts';
import { notesOn, runsCgiItself } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

export default defineConnector({
  host: 'lighttpd',
  title: 'mod_fastcgi',
  takes: { speaks: 'fastcgi', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  excludes: ({ backend }) => runsCgiItself('lighttpd', backend),
  probe: (tools) => probeLighttpdModules(tools, ['mod_fastcgi']),
  fragment({ upstream, backend, site }) {
    return {
      modules: ['mod_fastcgi'],
      config: lighttpdBackend('fastcgi', upstream, site).text,
      files: [],
      hostVariant: null,
      basePath: '',
      unequal: notesOn(backend, 'fastcgi', false, 'lighttpd'),
    };
  },
});
