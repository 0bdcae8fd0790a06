import { LabError } from '../../core/errors.ts';
import { scriptOf } from '../config/cgi-directory.ts';
import { checkedAddress, checkedPort, checkedSocketPath } from '../config/checked.ts';
import { entryFile } from '../config/entry-file.ts';
import { programEnvironment } from '../config/environment.ts';
import { BACKLOG, STOP_GRACE_MS, slotsOf } from '../config/tuning.ts';
import { defineBackend } from '../define.ts';

/**
 * Opens the listening socket and executes a FastCGI program with it on descriptor 0. The program runs as many
 * times as the capacity has processes, or slots if it serves one request at a time, all on the one socket.
 */
export default defineBackend({
  title: 'spawn-fcgi',
  presents: ['fastcgi'],
  runs: ['fastcgi-script'],
  listens: ['unix', 'tcp'],
  workers: ({ capacity }) => capacity.processes,
  probe(tools) {
    if (tools.find('spawn-fcgi') !== null) return { available: true, version: tools.version('spawn-fcgi') };
    return {
      available: false,
      reason: 'spawn-fcgi is not installed',
      remedy: 'sudo apt-get install spawn-fcgi',
    };
  },
  program({ app, listen, site }) {
    const binary = site.tools.find('spawn-fcgi');
    if (binary === null) throw new LabError('E_MISSING', 'spawn-fcgi is not installed');
    const copies = entryFile('fcgi_copies.sh', site);
    const address =
      listen.kind === 'unix'
        ? ['-s', checkedSocketPath(listen.path)]
        : ['-a', checkedAddress(listen.address), '-p', String(checkedPort(listen.port))];
    return {
      name: 'spawn-fcgi',
      role: 'backend',
      argv: [
        binary,
        '-n',
        '-b',
        String(BACKLOG),
        ...address,
        '--',
        '/bin/sh',
        copies.path,
        String(app.servesOne === true ? slotsOf(site.capacity) : site.capacity.processes),
        scriptOf(app),
      ],
      env: programEnvironment({ HOME: site.dir, TMPDIR: site.dir, ...app.env }),
      cwd: app.dir,
      files: [copies],
      listens: listen,
      stop: { signal: 'SIGTERM', graceMs: STOP_GRACE_MS, toGroup: true },
    };
  },
});
