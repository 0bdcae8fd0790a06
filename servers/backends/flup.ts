import { entryFile } from '../config/entry-file.ts';
import { pythonEnvironment } from '../config/environment.ts';
import { addressOf, pythonOf } from '../config/python-app.ts';
import { probePython } from '../config/python-probe.ts';
import { STOP_GRACE_MS, slotsOf } from '../config/tuning.ts';
import { callableOf } from '../config/wsgi-script.ts';
import { defineBackend } from '../define.ts';

export default defineBackend({
  title: 'flup',
  presents: ['fastcgi', 'scgi'],
  runs: ['wsgi-callable'],
  listens: ['unix', 'tcp'],
  variants: {
    threaded: 'one process, a thread per slot',
    fork: 'a process per slot',
  },
  workers: ({ capacity, variant }) => (variant === 'fork' ? slotsOf(capacity) : 1),
  probe: (tools) => probePython(tools, 'flup'),
  program({ app, upstream, listen, variant, site }) {
    const entry = entryFile('flup_server.py', site);
    const method = variant === 'fork' ? 'fork' : 'threaded';
    return {
      name: 'flup',
      role: 'backend',
      argv: [
        pythonOf(site).bin,
        entry.path,
        upstream === 'scgi' ? 'scgi' : 'fastcgi',
        method,
        addressOf(listen),
        String(slotsOf(site.capacity)),
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
