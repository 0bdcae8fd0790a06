/** Pool: requests go on as HTTP to application processes, over kept connections. */
import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Listen } from '../../define.ts';
import { BadTarget, parseTarget } from '../../protocols/cgi/target.ts';
import { answerError, type Counters, declaredLength, type Log, type Mode } from './exchange.ts';
import { messageOf } from './message.ts';
import { downstreamHeaders, upstreamHeaders } from './proxy-headers.ts';

export interface ProxyModeOptions {
  readonly upstream: Listen;
  /** Whether connections carry more than one request. */
  readonly keep: boolean;
  /** Connections to the upstream at once. */
  readonly slots: number;
  readonly timeLimitMs: number;
  readonly counters: Counters;
  readonly log: Log;
}

/** Idempotent, without a body: may be sent again when a kept connection turns out to be closed. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

export function createProxyMode(options: ProxyModeOptions): Mode {
  const agent = new Agent({ keepAlive: options.keep, maxSockets: options.slots, noDelay: true });
  return {
    handle: (request, response) => forward(options, agent, request, response, false),
    stop: () => {
      agent.destroy();
      return Promise.resolve();
    },
  };
}

function forward(
  options: ProxyModeOptions,
  agent: Agent,
  request: IncomingMessage,
  response: ServerResponse,
  isRetry: boolean,
): void {
  const { upstream, keep, counters, log, timeLimitMs } = options;
  let path: string;
  try {
    path = parseTarget(request.url ?? '/').raw;
  } catch (failure) {
    if (!(failure instanceof BadTarget)) throw failure;
    answerError(request, response, failure.status);
    return;
  }
  const length = declaredLength(request);
  const hasBody = length !== 0;
  const headers = upstreamHeaders(request.rawHeaders, request.socket.remoteAddress ?? '');
  if (length === null) headers.push('Transfer-Encoding', 'chunked');
  const outgoing: ClientRequest = httpRequest({
    ...(upstream.kind === 'unix'
      ? { socketPath: upstream.path }
      : { host: upstream.address, port: upstream.port }),
    agent,
    method: request.method ?? 'GET',
    path,
    headers,
    setHost: false,
  });

  // An agent with a limit on sockets would keep them for whoever waits, whatever its own setting.
  outgoing.shouldKeepAlive = keep;

  /** Whatever is decided first counts: an answer, a failure, or the client's leaving. */
  let settled = false;
  const limit = setTimeout(() => fail(504, `over its time limit of ${timeLimitMs} ms`), timeLimitMs);
  const settle = () => {
    settled = true;
    clearTimeout(limit);
    response.off('close', onClose);
  };
  const onClose = () => {
    settle();
    counters.aborted += 1;
    outgoing.destroy();
  };
  const fail = (status: 502 | 504, reason: string) => {
    if (settled) return;
    settle();
    log(`${request.method} ${request.url}: ${reason}`);
    if (response.headersSent) {
      counters.truncated += 1;
      response.destroy();
    } else {
      if (status === 504) counters.timedOut += 1;
      else counters.badGateway += 1;
      answerError(request, response, status);
    }
    outgoing.destroy();
  };
  response.once('close', onClose);

  outgoing.on('response', (incoming) => {
    if (settled) return;
    const status = incoming.statusCode ?? 502;
    response.writeHead(status, incoming.statusMessage ?? '', downstreamHeaders(incoming.rawHeaders));
    if (request.method === 'HEAD' || status === 204 || status === 304) {
      // Complete with its head. Some servers send a body, or the end of one, all the same: it is ignored.
      settle();
      response.end();
      incoming.on('error', () => {});
      incoming.resume();
      return;
    }
    incoming.on('data', (chunk: Buffer) => {
      if (!response.write(chunk)) {
        incoming.pause();
        response.once('drain', () => incoming.resume());
      }
    });
    incoming.on('end', () => {
      if (settled) return;
      if (!incoming.complete) {
        fail(502, 'the upstream closed before its response was complete');
        return;
      }
      settle();
      response.end();
    });
    incoming.on('error', (failure) => fail(502, messageOf(failure)));
  });
  outgoing.on('error', (failure) => {
    const stale = outgoing.reusedSocket && !hasBody && !response.headersSent && !isRetry;
    if (!settled && stale && REPEATABLE.has(request.method ?? '')) {
      settle();
      forward(options, agent, request, response, true);
    } else {
      fail(502, messageOf(failure));
    }
  });
  if (length === null) request.pipe(outgoing);
  else if (length > 0) sendBody(request, outgoing, length);
  else outgoing.end();
}

/**
 * Sends a body of known length, its last piece together with its end: Node ends a request by a write of no
 * bytes, which fails (EPIPE) where an upstream has read all it was promised, answered and closed.
 */
function sendBody(request: IncomingMessage, outgoing: ClientRequest, length: number): void {
  let left = length;
  request.on('data', (piece: Buffer) => {
    left -= piece.length;
    if (left <= 0) {
      outgoing.end(piece);
    } else if (!outgoing.write(piece)) {
      request.pause();
      outgoing.once('drain', () => request.resume());
    }
  });
  // An upstream that is gone takes no more: what is left is thrown away, so that the client is not stuck.
  outgoing.once('close', () => request.resume());
}
