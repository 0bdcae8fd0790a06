/**
 * A private Apache: its own configuration and folder, in the foreground, no module but those that the stack
 * needs. The launcher starts it as the measured user, so there is never a `User` or `Group` line.
 */
import { join } from 'node:path';
import { apache } from '../config/apache.ts';
import { apacheWorkers } from '../config/apache-workers.ts';
import { programEnvironment } from '../config/environment.ts';
import { KEEP_ALIVE_MS, STOP_GRACE_MS } from '../config/tuning.ts';
import { defineHost, type Tools } from '../define.ts';

/** Needed by every configuration below: the worker model aside, these are shared objects on Debian. */
const BASE_MODULES = ['authz_core', 'mime'];

/** Compiled in on Debian, shared objects elsewhere: loaded where the file exists. */
const MAYBE_SHARED = ['unixd', 'log_config'];

export default defineHost({
  title: 'Apache',
  variants: {
    event: 'threads in a few processes (mpm_event)',
    prefork: 'one process per request (mpm_prefork)',
  },

  probe(tools) {
    if (binary(tools) === null) {
      return {
        available: false,
        reason: 'Apache is not installed',
        remedy: 'sudo apt-get install apache2-bin',
      };
    }
    return { available: true, version: tools.version('apache2') ?? tools.version('httpd') };
  },

  program({ fragment, site }) {
    const { tools, limits } = site;
    const mpm = fragment.hostVariant === 'prefork' ? 'prefork' : 'event';
    const inSite = (name: string) => apache.path(join(site.dir, name));
    const shared = MAYBE_SHARED.filter((name) => tools.apacheModule(`mod_${name}.so`) !== null);
    const modules = [...new Set([`mpm_${mpm}`, ...shared, ...BASE_MODULES, ...fragment.modules])];
    const loads = modules.map((name) => {
      const file = tools.apacheModule(`mod_${name}.so`) ?? `/usr/lib/apache2/modules/mod_${name}.so`;
      return apache`LoadModule ${apache.identifier(`${name}_module`)} ${apache.path(file)}`;
    });
    const config = apache.lines(
      apache`ServerRoot ${apache.path(site.dir)}
ServerName localhost
Listen ${apache.address(site.front.address)}:${apache.port(site.front.port)}
DefaultRuntimeDir ${apache.path(site.dir)}
PidFile ${inSite('apache.pid')}
Mutex pthread`,
      ...loads,
      apacheWorkers({ mpm, embeds: fragment.embeds ?? false, capacity: site.capacity }),
      apache`TypesConfig /dev/null
ErrorLog ${inSite('apache-error.log')}
LogLevel warn
ServerTokens Prod
ServerSignature Off
Timeout ${apache.seconds(limits.requestTimeoutMs)}
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout ${apache.seconds(KEEP_ALIVE_MS)}
AcceptFilter http none
LimitRequestBody ${apache.count(limits.bodyBytes)}
<Directory "/">
  Options FollowSymLinks
  AllowOverride None
  Require all granted
</Directory>`,
      apache.fragment(fragment.config),
    );
    const file = join(site.dir, 'apache.conf');
    const program = binary(tools) ?? '/usr/sbin/apache2';
    return {
      name: 'apache',
      role: 'host',
      argv: [program, '-DFOREGROUND', '-f', file],
      env: programEnvironment(fragment.env),
      cwd: site.dir,
      files: [...fragment.files, { path: file, content: `${config.text}\n` }],
      check: [program, '-t', '-f', file],
      logs: [join(site.dir, 'apache-error.log')],
      listens: { kind: 'tcp', ...site.front },
      stop: { signal: 'SIGTERM', graceMs: STOP_GRACE_MS },
    };
  },
});

function binary(tools: Tools): string | null {
  return tools.find('apache2') ?? tools.find('httpd');
}
