import { LabError } from '../../core/errors.ts';
import { programEnvironment } from '../config/environment.ts';
import { addressOf } from '../config/python-app.ts';
import { STOP_GRACE_MS, slotsOf } from '../config/tuning.ts';
import { defineBackend } from '../define.ts';

/** Speaks FastCGI to a server that cannot run CGI programs, and runs them: a fork and exec per request. */
export default defineBackend({
  title: 'fcgiwrap',
  presents: ['fastcgi'],
  runs: ['cgi-script'],
  listens: ['unix', 'tcp'],
  forksPerRequest: true,
  probe(tools) {
    if (tools.find('fcgiwrap') !== null) return { available: true, version: tools.version('fcgiwrap') };
    return {
      available: false,
      reason: 'fcgiwrap is not installed',
      remedy: 'sudo apt-get install fcgiwrap',
    };
  },
  program({ app, listen, site }) {
    const binary = site.tools.find('fcgiwrap');
    if (binary === null) throw new LabError('E_MISSING', 'fcgiwrap is not installed');
    const address = listen.kind === 'unix' ? addressOf(listen) : `tcp:${addressOf(listen)}`;
    return {
      name: 'fcgiwrap',
      role: 'backend',
      argv: [binary, '-c', String(slotsOf(site.capacity)), '-s', address],
      env: programEnvironment(app.env),
      cwd: app.dir,
      files: [],
      listens: listen,
      stop: { signal: 'SIGTERM', graceMs: STOP_GRACE_MS, toGroup: true },
    };
  },
});
