/**
 * A private nginx: its own configuration and folder, in the foreground. The launcher starts it as the measured
 * user, so there is never a `user` line; all its temporary folders are in the site.
 */
import { join } from 'node:path';
import { programEnvironment } from '../config/environment.ts';
import { nginx } from '../config/nginx.ts';
import { FRONT_PROCESSES, KEEP_ALIVE_MS, STOP_GRACE_MS } from '../config/tuning.ts';
import { defineHost } from '../define.ts';

/** Client and backend connections of one worker together. */
const WORKER_CONNECTIONS = 1024;

/** Its default closes a connection after 1,000 requests. */
const REQUESTS_PER_CONNECTION = 1_000_000_000;

export default defineHost({
  title: 'nginx',

  probe(tools) {
    if (tools.find('nginx') === null) {
      return {
        available: false,
        reason: 'nginx is not installed',
        remedy: 'sudo apt-get install nginx-light',
      };
    }
    return { available: true, version: tools.version('nginx') };
  },

  program({ fragment, site }) {
    const { limits } = site;
    const timeout = nginx.seconds(limits.requestTimeoutMs);
    const inSite = (name: string) => nginx.path(join(site.dir, name));
    const config = nginx`daemon off;
worker_processes ${nginx.count(FRONT_PROCESSES)};
pid ${inSite('nginx.pid')};
error_log ${inSite('nginx-error.log')} error;
events {
  worker_connections ${nginx.count(WORKER_CONNECTIONS)};
}
http {
  access_log off;
  server_tokens off;
  default_type application/octet-stream;
  sendfile on;
  keepalive_timeout ${nginx.seconds(KEEP_ALIVE_MS)};
  keepalive_requests ${nginx.count(REQUESTS_PER_CONNECTION)};
  client_max_body_size ${nginx.count(limits.bodyBytes)};
  client_header_timeout ${timeout};
  client_body_timeout ${timeout};
  send_timeout ${timeout};
  client_body_temp_path ${inSite('nginx-body')};
  proxy_temp_path ${inSite('nginx-proxy')};
  fastcgi_temp_path ${inSite('nginx-fastcgi')};
  uwsgi_temp_path ${inSite('nginx-uwsgi')};
  scgi_temp_path ${inSite('nginx-scgi')};
${nginx.fragment(fragment.config)}
}`;
    const file = join(site.dir, 'nginx.conf');
    const log = join(site.dir, 'nginx-error.log');
    const program = site.tools.find('nginx') ?? '/usr/sbin/nginx';
    // -e: without it the log that was compiled in is opened first, which an unprivileged user may not.
    const argv = [program, '-p', site.dir, '-e', log, '-c', file] as const;
    return {
      name: 'nginx',
      role: 'host',
      argv,
      env: programEnvironment(fragment.env),
      cwd: site.dir,
      files: [...fragment.files, { path: file, content: `${config.text}\n` }],
      check: [...argv, '-t', '-q'],
      logs: [log],
      listens: { kind: 'tcp', ...site.front },
      stop: { signal: 'SIGTERM', graceMs: STOP_GRACE_MS },
    };
  },
});
