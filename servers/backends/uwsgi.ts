import { LabError } from '../../core/errors.ts';
import type { Upstream } from '../../core/words.ts';
import { checkedPath } from '../config/checked.ts';
import { pythonEnvironment } from '../config/environment.ts';
import { bareAddressOf, pythonOf } from '../config/python-app.ts';
import { BACKLOG, STOP_GRACE_MS } from '../config/tuning.ts';
import { uwsgiBinary } from '../config/uwsgi-binary.ts';
import { callableOf } from '../config/wsgi-script.ts';
import { defineBackend } from '../define.ts';

const SOCKETS: Readonly<Record<Exclude<Upstream, 'own'>, string>> = {
  fastcgi: '--fastcgi-socket',
  scgi: '--scgi-socket',
  uwsgi: '--uwsgi-socket',
  http: '--http-socket',
};

export default defineBackend({
  title: 'uWSGI',
  presents: ['uwsgi', 'fastcgi', 'scgi', 'http'],
  runs: ['wsgi-callable'],
  listens: ['unix', 'tcp'],
  workers: ({ capacity }) => capacity.processes,
  probe(tools) {
    if (uwsgiBinary(tools) === null || tools.python === null) {
      return {
        available: false,
        reason: 'uWSGI is not installed',
        remedy: 'sudo apt-get install uwsgi-core uwsgi-plugin-python3',
      };
    }
    return { available: true, version: tools.version('uwsgi') ?? tools.version('uwsgi-core') };
  },
  program({ app, upstream, listen, site }) {
    const binary = uwsgiBinary(site.tools);
    if (binary === null) throw new LabError('E_MISSING', 'uWSGI is not installed');
    if (upstream === 'own') throw new LabError('E_INTERNAL', 'uWSGI has no private protocol');
    const [module, callable] = callableOf(app);
    const { capacity, limits } = site;
    const python = pythonOf(site);
    const seconds = String(Math.ceil(limits.requestTimeoutMs / 1000));
    return {
      name: 'uwsgi',
      role: 'backend',
      argv: [
        binary,
        '--plugin=python3',
        '--master',
        '--die-on-term',
        '--no-orphans',
        '--need-app',
        '--lazy-apps',
        SOCKETS[upstream],
        bareAddressOf(listen),
        `--listen=${BACKLOG}`,
        `--processes=${capacity.processes}`,
        `--threads=${capacity.threads}`,
        '--enable-threads',
        ...(python.isLabVenv ? [`--home=${checkedPath(python.prefix)}`] : []),
        `--pythonpath=${checkedPath(app.dir)}`,
        `--module=${module}`,
        `--callable=${callable}`,
        // Without it an uncaught exception is an empty answer: 200 behind Apache, 502 behind nginx.
        '--catch-exceptions',
        '--disable-logging',
        '--buffer-size=32768',
        `--socket-timeout=${seconds}`,
      ],
      env: pythonEnvironment(app, site),
      cwd: app.dir,
      files: [],
      listens: listen,
      stop: { signal: 'SIGTERM', graceMs: STOP_GRACE_MS },
    };
  },
});
