/** The gateway's HTTP side: listening, hygiene that Node's own parser leaves to us, graceful stop. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BACKLOG } from '../../backends/node/listen.ts';
import type { GatewayConfig } from './config.ts';
import { answerError, type Counters, type Mode } from './exchange.ts';

/** Longer than any quiet time between windows, so that a kept connection is not closed as it is used. */
const KEEP_ALIVE_MS = 120_000;
/** Longest time for a request's head to arrive. */
const HEADERS_TIMEOUT_MS = 10_000;

export interface Front {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * A request with two Host headers (Node answers it: RFC 9112 §3.2 wants 400) or a method that no mode may
 * see. Missing Host, conflicting lengths, folded headers and the like are refused by Node's parser.
 */
export function isRefused(request: IncomingMessage): boolean {
  const raw = request.rawHeaders;
  let hosts = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i];
    if (name !== undefined && name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1 || (hosts === 0 && request.httpVersion === '1.1');
}

export async function openFront(
  config: Pick<GatewayConfig, 'address' | 'port' | 'limits'>,
  mode: Mode,
  counters: Counters,
): Promise<Front> {
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    counters.requests += 1;
    if (isRefused(request)) answerError(request, response, 400);
    else if (request.method === 'TRACE') answerError(request, response, 405);
    else if (Number(request.headers['content-length'] ?? 0) > config.limits.bodyBytes) {
      answerError(request, response, 413);
    } else mode.handle(request, response);
  };
  const server = createServer(
    {
      insecureHTTPParser: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: Math.max(config.limits.requestTimeoutMs, HEADERS_TIMEOUT_MS),
      noDelay: true,
    },
    serve,
  );
  const port = await listen(server, config);
  return {
    port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // Connections that are busy now become idle when their response ends.
      const sweep = setInterval(() => server.closeIdleConnections(), STOP_SWEEP_MS);
      await closed;
      clearInterval(sweep);
      await mode.stop();
    },
  };
}

const STOP_SWEEP_MS = 20;

function listen(server: Server, at: { address: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: at.address, port: at.port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : at.port);
    });
  });
}
