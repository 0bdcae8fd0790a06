import { checkedSocketPath } from '../config/checked.ts';
import { pythonEnvironment } from '../config/environment.ts';
import { bareAddressOf, pythonOf } from '../config/python-app.ts';
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
    const address =
      listen.kind === 'unix'
        ? `--unix-socket=${checkedSocketPath(listen.path)}`
        : `--listen=${bareAddressOf(listen)}`;
    return {
      name: 'waitress',
      role: 'backend',
      argv: [
        pythonOf(site).bin,
        '-m',
        'waitress',
        address,
        `--threads=${slotsOf(site.capacity)}`,
        `--backlog=${BACKLOG}`,
        `--channel-timeout=${BACKEND_KEEP_ALIVE_MS / 1000}`,
        `--max-request-body-size=${site.limits.bodyBytes}`,
        '--asyncore-use-poll',
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
