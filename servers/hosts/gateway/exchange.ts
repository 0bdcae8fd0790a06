/** What every mode of the gateway shares: the request as checked at the front, and how to answer it. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Log = (line: string) => void;

/** Counts of one gateway process, printed when it stops. */
export interface Counters {
  requests: number;
  /** Responses cut because they could not be completed. */
  truncated: number;
  /** 502: the program or backend did not answer as it must. */
  badGateway: number;
  /** 503: no slot, or the backend was overloaded. */
  overloaded: number;
  /** 504: over the time limit. */
  timedOut: number;
  /** The client left before its response was complete. */
  aborted: number;
}

export const newCounters = (): Counters => ({
  requests: 0,
  truncated: 0,
  badGateway: 0,
  overloaded: 0,
  timedOut: 0,
  aborted: 0,
});

/** One way of answering. */
export interface Mode {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Resolves when nothing of it is left running. */
  stop(): Promise<void>;
}

const REASON: Readonly<Record<number, string>> = {
  400: 'bad request',
  403: 'forbidden',
  404: 'not found',
  405: 'method not allowed',
  411: 'length required',
  413: 'content too large',
  500: 'internal server error',
  502: 'bad gateway',
  503: 'service unavailable',
  504: 'gateway timeout',
};

/**
 * Answers with an error of the gateway's own. Does nothing once a response has begun. An unread request
 * body is thrown away, so that the connection can carry the next request.
 */
export function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: readonly string[] = [],
): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(`${REASON[status] ?? 'error'}\n`);
  const close = status === 400 || status === 413 ? ['Connection', 'close'] : [];
  response.writeHead(status, [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(body.length),
    ...close,
    ...headers,
  ]);
  response.end(request.method === 'HEAD' ? undefined : body);
  request.resume();
}

/** The declared length of a request's body: 0 for none, null when it comes in chunks of unknown total. */
export function declaredLength(request: IncomingMessage): number | null {
  if (request.headers['transfer-encoding'] !== undefined) return null;
  // The parser has refused anything but digits.
  return Number(request.headers['content-length'] ?? 0);
}
