import { join } from 'node:path';
import { apache } from '../config/apache.ts';
import { pythonEnvironment } from '../config/environment.ts';
import { BACKLOG } from '../config/tuning.ts';
import { probeModWsgi, pythonHome, wsgiScript } from '../config/wsgi-script.ts';
import { defineConnector } from '../define.ts';

/** Apache starts processes of their own for the app and passes requests on by mod_wsgi's private protocol. */
export default defineConnector({
  host: 'apache',
  title: 'mod_wsgi (daemon)',
  takes: { speaks: 'own', starts: 'host', loads: ['wsgi-callable'] },
  workers: ({ capacity }) => capacity.processes,
  probe: (tools) => probeModWsgi(tools, []),
  fragment({ app, site }) {
    const { capacity, limits } = site;
    const script = wsgiScript(app, site);
    const file = apache.path(script.path);
    const home = pythonHome(site);
    const timeout = apache.seconds(limits.requestTimeoutMs);
    // `processes=1` would set wsgi.multiprocess although there is one process.
    const processes =
      capacity.processes === 1 ? apache`` : apache` processes=${apache.count(capacity.processes)}`;
    const pythonHomeOption = home === null ? apache`` : apache` python-home=${home}`;
    const config = apache`WSGISocketPrefix ${apache.socket(join(site.dir, 'wsgi'))}
WSGIRestrictEmbedded On
WSGIDaemonProcess lab${processes} threads=${apache.count(capacity.threads)}${pythonHomeOption} listen-backlog=${apache.count(BACKLOG)} socket-timeout=${timeout} queue-timeout=${timeout}
WSGIScriptAlias / ${file} process-group=lab application-group=%{GLOBAL}`;
    return {
      modules: ['wsgi'],
      config: config.text,
      files: [script],
      hostVariant: 'event',
      basePath: '',
      env: pythonEnvironment(app, site),
    };
  },
});
