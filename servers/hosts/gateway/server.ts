/** The gateway, put together from its configuration. */
import { createCgiMode } from './cgi-mode.ts';
import type { GatewayConfig } from './config.ts';
import { type Counters, type Log, type Mode, newCounters } from './exchange.ts';
import { createFastcgiMode } from './fastcgi-mode.ts';
import { createFilesMode } from './files-mode.ts';
import { openFront } from './front.ts';
import { createInProcessMode } from './in-process-mode.ts';
import { createProxyMode } from './proxy-mode.ts';

export interface Gateway extends AsyncDisposable {
  readonly port: number;
  readonly counters: Readonly<Counters>;
  /** Accepts nothing more, lets requests under way end, ends what it started. */
  stop(): Promise<void>;
}

export async function startGateway(config: GatewayConfig, log: Log): Promise<Gateway> {
  const counters = newCounters();
  let port = config.port;
  const mode = await createMode(config, counters, log, () => port);
  const front = await openFront(config, mode, counters);
  port = front.port;
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= front.stop();
    return stopped;
  };
  return { port, counters, stop, [Symbol.asyncDispose]: stop };
}

function createMode(
  config: GatewayConfig,
  counters: Counters,
  log: Log,
  port: () => number,
): Promise<Mode> | Mode {
  const { mode, address, slots, limits } = config;
  const timeLimitMs = limits.requestTimeoutMs;
  const common = { address, port, slots, timeLimitMs, counters, log };
  switch (mode.kind) {
    case 'files':
      return createFilesMode(mode.root);
    case 'cgi':
      return createCgiMode({ ...common, root: mode.root, env: mode.env });
    case 'fastcgi':
      return createFastcgiMode({ ...common, ...mode });
    case 'in-process':
      return createInProcessMode(mode.module);
    case 'proxy':
      return createProxyMode({ ...common, upstream: mode.upstream, keep: mode.keep });
  }
}
