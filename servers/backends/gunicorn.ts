import { pythonEnvironment } from '../config/environment.ts';
import { addressOf, pythonOf } from '../config/python-app.ts';
import { probePython } from '../config/python-probe.ts';
import { BACKEND_KEEP_ALIVE_MS, BACKLOG, STOP_GRACE_MS, slotsOf } from '../config/tuning.ts';
import { callableOf } from '../config/wsgi-script.ts';
import { defineBackend } from '../define.ts';

export default defineBackend({
  title: 'gunicorn',
  presents: ['http'],
  runs: ['wsgi-callable'],
  listens: ['unix', 'tcp'],
  variants: {
    gthread: 'processes × threads; keeps connections',
    sync: 'one process per slot, one request per connection',
  },
  workers: ({ capacity, variant }) => (variant === 'sync' ? slotsOf(capacity) : capacity.processes),
  probe: (tools) => probePython(tools, 'gunicorn'),
  program({ app, listen, variant, site }) {
    const { capacity, limits } = site;
    const workers =
      variant === 'sync'
        ? ['--worker-class=sync', `--workers=${slotsOf(capacity)}`]
        : ['--worker-class=gthread', `--workers=${capacity.processes}`, `--threads=${capacity.threads}`];
    return {
      name: 'gunicorn',
      role: 'backend',
      argv: [
        pythonOf(site).bin,
        '-m',
        'gunicorn',
        `--bind=${addressOf(listen)}`,
        `--backlog=${BACKLOG}`,
        ...workers,
        `--keep-alive=${BACKEND_KEEP_ALIVE_MS / 1000}`,
        `--timeout=${Math.ceil(limits.requestTimeoutMs / 1000)}`,
        `--graceful-timeout=${STOP_GRACE_MS / 1000}`,
        `--worker-tmp-dir=${site.dir}`,
        '--no-control-socket',
        '--log-level=warning',
        `--chdir=${app.dir}`,
        callableOf(app).join(':'),
      ],
      env: pythonEnvironment(app, site),
      cwd: app.dir,
      files: [],
      listens: listen,
      stop: { signal: 'SIGTERM', graceMs: STOP_GRACE_MS },
    };
  },
});
