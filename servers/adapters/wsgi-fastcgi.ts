import { join } from 'node:path';
import { probePython } from '../apps/python-app.ts';
import { defineAdapter } from '../define.ts';
import { importsOf, pythonString, shebang } from '../python-script.ts';

/**
 * A WSGI callable as a FastCGI script by flup, on the listening socket that the server leaves on descriptor 0
 * (FastCGI 1.0, 2.2): the `dispatch.fcgi` of shared hosting.
 *
 * Two things of flup's are mended. It closes a connection that finds no idle thread, where every other server
 * lets it wait. And several processes on one socket all wake for a connection: those that come too late would
 * wait in accept(), deaf to SIGTERM, if the socket were blocking.
 *
 * LAB_HIDDEN_SCRIPT=1 says that the server rewrites every path to this script: SCRIPT_NAME is then a place that
 * no client knows, and is emptied, as Django does by itself and Flask's notes on FastCGI advise.
 */
export default defineAdapter({
  title: 'flup (FastCGI)',
  from: 'wsgi-callable',
  to: 'fastcgi-script',
  probe: (tools) => probePython(tools, ['flup']),
  adapt(app, site) {
    const dir = join(app.dir, 'fcgi-bin');
    const file = join(dir, 'dispatch.fcgi');
    const threads = site.capacity.threads;
    const multiprocess = site.capacity.processes > 1 ? 'True' : 'False';
    const content = `${shebang(site.tools)}
import os
import sys
sys.path[0] = ${pythonString(app.dir)}
from flup.server import fcgi, threadedserver, threadpool
${importsOf(app)}

class QueueingPool(threadpool.ThreadPool):
    def addJob(self, job, allowQueuing=True):
        return threadpool.ThreadPool.addJob(self, job, True)

if os.environ.get("LAB_HIDDEN_SCRIPT") == "1":
    inner = application

    def application(environ, start_response):
        environ["SCRIPT_NAME"] = ""
        return inner(environ, start_response)

threadedserver.ThreadPool = QueueingPool
os.set_blocking(0, False)
fcgi.WSGIServer(
    application, minSpare=${threads}, maxSpare=${threads}, maxThreads=${threads}, multiprocess=${multiprocess}, debug=False
).run()
`;
    return {
      files: [{ path: file, content, mode: 0o755 }],
      app: { ...app, form: 'fastcgi-script', dir, file, callable: null },
    };
  },
});
