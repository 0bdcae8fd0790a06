import { join } from 'node:path';
import { probePython } from '../apps/python-app.ts';
import { defineAdapter } from '../define.ts';
import { importsOf, pythonString, shebang } from '../python-script.ts';

/**
 * A WSGI callable as a FastCGI script by flup, on the listening socket that the server leaves on descriptor 0
 * (FastCGI 1.0, 2.2): the `dispatch.fcgi` of shared hosting.
 *
 * flup closes a connection when no thread is idle, instead of letting it wait; a thread counts as idle only
 * some time after its last answer. One thread more than the capacity says keeps it from refusing in between.
 */
export default defineAdapter({
  title: 'flup (FastCGI)',
  from: 'wsgi-callable',
  to: 'fastcgi-script',
  probe: (tools) => probePython(tools, ['flup']),
  adapt(app, site) {
    const dir = join(app.dir, 'fcgi-bin');
    const file = join(dir, 'dispatch.fcgi');
    const threads = site.capacity.threads + 1;
    const multiprocess = site.capacity.processes > 1 ? 'True' : 'False';
    const content = `${shebang(site.tools)}
import sys
sys.path[0] = ${pythonString(app.dir)}
from flup.server.fcgi import WSGIServer
${importsOf(app)}
WSGIServer(
    application, minSpare=1, maxSpare=${threads}, maxThreads=${threads}, multiprocess=${multiprocess}, debug=False
).run()
`;
    return {
      files: [{ path: file, content, mode: 0o755 }],
      app: { ...app, form: 'fastcgi-script', dir, file, callable: null },
    };
  },
});
