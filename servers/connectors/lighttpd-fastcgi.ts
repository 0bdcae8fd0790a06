import { lighttpd, lighttpdBackend, lighttpdEnvironment } from '../config/lighttpd.ts';
import { probeLighttpdModules } from '../config/lighttpd-probe.ts';
import { notesOn, runsCgiItself } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

export default defineConnector({
  host: 'lighttpd',
  title: 'mod_fastcgi',
  takes: { speaks: 'fastcgi', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  excludes: ({ backend }) => runsCgiItself('lighttpd', backend),
  probe: (tools) => probeLighttpdModules(tools, ['mod_fastcgi', 'mod_setenv']),
  fragment({ app, upstream, backend, site }) {
    // An interpreter runs what SCRIPT_FILENAME names; a variable that is set comes after the server's own.
    const script =
      app.script === undefined ? lighttpd`` : lighttpdEnvironment({ SCRIPT_FILENAME: app.script });
    return {
      modules: app.script === undefined ? ['mod_fastcgi'] : ['mod_setenv', 'mod_fastcgi'],
      config: lighttpd.lines(script, lighttpdBackend('fastcgi', upstream, site)).text,
      files: [],
      hostVariant: null,
      basePath: '',
      unequal: notesOn(backend, 'fastcgi', false, 'lighttpd'),
    };
  },
});
