/**
 * A private lighttpd: its own configuration and folder, in the foreground. The launcher starts it as the measured
 * user, so there is never a `server.username`.
 */
import { join } from 'node:path';
import { programEnvironment } from '../config/environment.ts';
import { lighttpd } from '../config/lighttpd.ts';
import { BACKLOG, FRONT_PROCESSES, KEEP_ALIVE_MS, STOP_GRACE_MS } from '../config/tuning.ts';
import { defineHost } from '../define.ts';

/** The largest it can count to; its default closes a connection after 1,000 requests. */
const REQUESTS_PER_CONNECTION = 65_535;

const MAX_CONNECTIONS = 1024;

export default defineHost({
  title: 'lighttpd',

  probe(tools) {
    if (tools.find('lighttpd') === null) {
      return {
        available: false,
        reason: 'lighttpd is not installed',
        remedy: 'sudo apt-get install lighttpd',
      };
    }
    return { available: true, version: tools.version('lighttpd') };
  },

  program({ fragment, site }) {
    const { limits } = site;
    const timeout = lighttpd.seconds(limits.requestTimeoutMs);
    const modules = fragment.modules.map((name) => lighttpd`"${lighttpd.identifier(name)}"`);
    const list = modules.reduce(
      (all, one, index) => (index === 0 ? one : lighttpd`${all}, ${one}`),
      lighttpd``,
    );
    const log = join(site.dir, 'lighttpd-error.log');
    const config = lighttpd`server.modules = ( ${list} )
server.bind = "${lighttpd.address(site.front.address)}"
server.port = ${lighttpd.port(site.front.port)}
server.document-root = ${lighttpd.path(site.dir)}
server.errorlog = ${lighttpd.path(log)}
server.upload-dirs = ( ${lighttpd.path(site.dir)} )
server.tag = "lighttpd"
server.max-worker = ${lighttpd.count(FRONT_PROCESSES)}
server.max-connections = ${lighttpd.count(MAX_CONNECTIONS)}
server.max-fds = ${lighttpd.count(MAX_CONNECTIONS * 4)}
server.listen-backlog = ${lighttpd.count(BACKLOG)}
server.max-keep-alive-requests = ${lighttpd.count(REQUESTS_PER_CONNECTION)}
server.max-keep-alive-idle = ${lighttpd.seconds(KEEP_ALIVE_MS)}
server.max-read-idle = ${timeout}
server.max-write-idle = ${timeout}
server.max-request-size = ${lighttpd.count(Math.ceil(limits.bodyBytes / 1024))}
server.stream-response-body = 1
${lighttpd.fragment(fragment.config)}`;
    const file = join(site.dir, 'lighttpd.conf');
    const program = site.tools.find('lighttpd') ?? '/usr/sbin/lighttpd';
    return {
      name: 'lighttpd',
      role: 'host',
      argv: [program, '-D', '-f', file],
      env: programEnvironment(fragment.env),
      cwd: site.dir,
      files: [...fragment.files, { path: file, content: `${config.text}\n` }],
      check: [program, '-tt', '-f', file],
      logs: [log],
      listens: { kind: 'tcp', ...site.front },
      stop: { signal: 'SIGTERM', graceMs: STOP_GRACE_MS },
    };
  },
});
