import { apache } from '../config/apache.ts';
import { pythonEnvironment } from '../config/environment.ts';
import { slotsOf } from '../config/tuning.ts';
import { probeModWsgi, pythonHome, wsgiScript } from '../config/wsgi-script.ts';
import { defineConnector } from '../define.ts';

/** The app runs in Apache's own workers. It is imported before a worker serves its first request. */
export default defineConnector({
  host: 'apache',
  title: 'mod_wsgi (embedded)',
  takes: { loads: ['wsgi-callable'] },
  variants: {
    event: 'processes × threads of mpm_event run the app',
    prefork: 'one process per slot (mpm_prefork) runs the app',
  },
  workers: ({ capacity, variant }) => (variant === 'prefork' ? slotsOf(capacity) : capacity.processes),
  probe: (tools) => probeModWsgi(tools, []),
  fragment({ app, site, variant }) {
    const script = wsgiScript(app, site);
    const file = apache.path(script.path);
    const home = pythonHome(site);
    const config = apache.lines(
      home === null ? apache`` : apache`WSGIPythonHome ${home}`,
      apache`WSGIApplicationGroup %{GLOBAL}
WSGIImportScript ${file} process-group=%{GLOBAL} application-group=%{GLOBAL}
WSGIScriptAlias / ${file}`,
    );
    return {
      modules: ['wsgi'],
      config: config.text,
      files: [script],
      hostVariant: variant === 'prefork' ? 'prefork' : 'event',
      basePath: '',
      embeds: true,
      env: pythonEnvironment(app, site),
    };
  },
});
