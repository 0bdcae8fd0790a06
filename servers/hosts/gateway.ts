/** The embedded host: an HTTP server in Node that needs nothing else installed. */
import { join } from 'node:path';
import { defineHost } from '../define.ts';
import { type GatewayConfig, parseMode } from './gateway/config.ts';

export default defineHost({
  title: 'gateway',
  probe: (tools) => ({ available: true, version: tools.version('node') }),
  program({ fragment, site }) {
    const path = join(site.dir, 'gateway.json');
    const config: GatewayConfig = {
      ...site.front,
      limits: site.limits,
      slots: site.capacity.processes * site.capacity.threads,
      mode: parseMode(fragment.config),
    };
    return {
      name: 'gateway',
      role: 'host',
      argv: [site.tools.node, join(site.entries, 'gateway.js'), path],
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', ...fragment.env },
      cwd: site.dir,
      files: [...fragment.files, { path, content: `${JSON.stringify(config, null, 2)}\n` }],
      listens: { kind: 'tcp', ...site.front },
      stop: { signal: 'SIGTERM', graceMs: 5_000 },
    };
  },
});
