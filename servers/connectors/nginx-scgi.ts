import { nginxGateway } from '../config/nginx.ts';
import { notesOn } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

export default defineConnector({
  host: 'nginx',
  title: 'scgi_pass',
  takes: { speaks: 'scgi', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  probe: () => ({ available: true, version: null }),
  fragment({ upstream, backend, site }) {
    return {
      modules: [],
      config: nginxGateway({ gateway: 'scgi', site, upstream, reuse: false, scriptFile: null }).text,
      files: [],
      hostVariant: null,
      basePath: '',
      unequal: notesOn(backend, 'scgi', false),
    };
  },
});
