/** A node-handler as a CGI program: a script whose first line names the real Node binary. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineAdapter } from '../define.ts';

const NAME = 'node-cgi.mjs';

export default defineAdapter({
  title: 'Node (CGI)',
  from: 'node-handler',
  to: 'cgi-script',
  probe: (tools) => ({ available: true, version: tools.version('node') }),
  adapt(app, site) {
    const path = join(app.dir, NAME);
    const content = [
      `#!${site.tools.node}`,
      `import { serveOnce } from ${url(join(site.entries, 'node-cgi.js'))};`,
      `import handler from ${url(app.file ?? '')};`,
      'serveOnce(handler);',
      '',
    ].join('\n');
    return {
      files: [{ path, content, mode: 0o755 }],
      app: { ...app, form: 'cgi-script', file: path, callable: null },
    };
  },
});

const url = (file: string) => JSON.stringify(pathToFileURL(file).href);
