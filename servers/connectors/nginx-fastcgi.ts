import { nginxGateway } from '../config/nginx.ts';
import { notesOn, refusesReuse } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

export default defineConnector({
  host: 'nginx',
  title: 'fastcgi_pass',
  takes: { speaks: 'fastcgi', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  probe: () => ({ available: true, version: null }),
  fragment({ app, upstream, backend, site }) {
    const reuse = !refusesReuse(backend, 'fastcgi');
    // Only fcgiwrap and interpreters ask for it: the program or script to run.
    const scriptFile = backend === 'fcgiwrap' ? app.file : (app.script ?? null);
    return {
      modules: [],
      config: nginxGateway({ gateway: 'fastcgi', site, upstream, reuse, scriptFile }).text,
      files: [],
      hostVariant: null,
      basePath: '',
      unequal: notesOn(backend, 'fastcgi', reuse),
    };
  },
});
