import { join } from 'node:path';
import { probePython } from '../apps/python-app.ts';
import { defineAdapter } from '../define.ts';
import { importsOf, pythonString, shebang } from '../python-script.ts';

/**
 * A WSGI callable as a CGI script, by the standard library's `wsgiref.handlers.CGIHandler`.
 *
 * The script stands in a folder of its own, so that a server can be pointed at it without publishing the
 * app's sources, and so that it can have the classic name `app.py` beside a module called `app`. It stays tiny:
 * Python never caches the byte code of the main script, but does cache that of what it imports.
 */
export default defineAdapter({
  title: 'wsgiref (CGI)',
  from: 'wsgi-callable',
  to: 'cgi-script',
  probe: (tools) => probePython(tools, []),
  adapt(app, site) {
    const dir = join(app.dir, 'cgi-bin');
    const file = join(dir, 'app.py');
    const content = `${shebang(site.tools)}
import sys
sys.path[0] = ${pythonString(app.dir)}
from wsgiref.handlers import CGIHandler
${importsOf(app)}
CGIHandler().run(application)
`;
    return {
      files: [{ path: file, content, mode: 0o755 }],
      app: { ...app, form: 'cgi-script', dir, file, callable: null },
    };
  },
});
