import { entryFile } from '../config/entry-file.ts';
import { pythonEnvironment } from '../config/environment.ts';
import { addressOf, pythonOf } from '../config/python-app.ts';
import { probePython } from '../config/python-probe.ts';
import { BACKEND_KEEP_ALIVE_MS, BACKLOG, STOP_GRACE_MS, slotsOf } from '../config/tuning.ts';
import { callableOf } from '../config/wsgi-script.ts';
import { defineBackend } from '../define.ts';

export default defineBackend({
  title: 'waitress',
  presents: ['http'],
  runs: ['wsgi-callable'],
  listens: ['unix', 'tcp'],
  workers: () => 1,
  probe: (tools) => probePython(tools, 'waitress'),
  program({ app, listen, site }) {
    const entry = entryFile('waitress_server.py', site);
    return {
      name: 'waitress',
      role: 'backend',
      argv: [
        pythonOf(site).bin,
        entry.path,
        addressOf(listen),
        String(slotsOf(site.capacity)),
        String(BACKLOG),
        String(BACKEND_KEEP_ALIVE_MS / 1000),
        String(site.limits.bodyBytes),
        callableOf(app).join(':'),
      ],
      env: pythonEnvironment(app, site),
      cwd: app.dir,
      files: [entry],
      listens: listen,
      stop: { signal: 'SIGTERM', graceMs: STOP_GRACE_MS },
    };
  },
});
