/** One HTTP/1.1 connection at a time to a stack, and what came back, unaltered. */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Endpoint } from '../stack.ts';

/** Longest time one answer may take; 64 MiB through the slowest stack take a few seconds. */
export const ANSWER_DEADLINE_MS = 30_000;

export interface Question {
  readonly method: string;
  /** Below the stack's base path. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

export interface Reply {
  readonly status: number;
  /** In the order of arrival, repeated ones too; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** Our end of the connection it came on. */
  readonly localPort: number;
  /** Request sent → first byte of the body, and → its last. */
  readonly firstByteMs: number;
  readonly lastByteMs: number;
}

export interface Client extends AsyncDisposable {
  /**
   * Sends one request and reads the whole answer.
   * @param onSent called with the local port as soon as the request is on its connection
   * @throws the network's error, or the signal's reason
   */
  ask(question: Question, onSent?: (localPort: number) => void): Promise<Reply>;
}

export const get = (path: string): Question => ({ method: 'GET', path, headers: {}, body: null });

/** A client that keeps one connection open between requests, as browsers and load drivers do. */
export function openClient(endpoint: Endpoint, signal: AbortSignal): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async ask(question, onSent) {
      try {
        return await exchange(endpoint, agent, question, onSent, signal);
      } catch (failure) {
        signal.throwIfAborted();
        // A server may close a kept connection in the moment in which the request is sent (RFC 9112, 9.3.1).
        if (!(failure instanceof StaleConnection)) throw failure;
        return await exchange(endpoint, agent, question, onSent, signal);
      }
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
    },
  };
}

/** The kept connection was closed before anything of the answer came. */
class StaleConnection extends Error {}

function exchange(
  endpoint: Endpoint,
  agent: Agent,
  question: Question,
  onSent: ((localPort: number) => void) | undefined,
  signal: AbortSignal,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let sentAt = performance.now();
    let localPort = 0;
    const length: Record<string, string> =
      question.body === null && question.method !== 'POST'
        ? {}
        : { 'Content-Length': `${question.body?.length ?? 0}` };
    const request = httpRequest(endpoint.origin, {
      agent,
      method: question.method,
      path: `${endpoint.basePath}${question.path}`,
      headers: { ...question.headers, ...length },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_DEADLINE_MS)]),
    });
    request.once('socket', (socket) => {
      const sent = () => {
        sentAt = performance.now();
        localPort = socket.localPort ?? 0;
        onSent?.(localPort);
      };
      if (socket.connecting) socket.once('connect', sent);
      else sent();
    });
    let hasBegun = false;
    request.on('error', (error) => {
      const reset = 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(reset && request.reusedSocket && !hasBegun ? new StaleConnection(error.message) : error);
    });
    request.once('response', (response) => {
      hasBegun = true;
      collect(response, () => performance.now() - sentAt).then(
        (body) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: pairs(response.rawHeaders),
            localPort,
            ...body,
          }),
        reject,
      );
    });
    request.end(question.body ?? undefined);
  });
}

async function collect(
  response: IncomingMessage,
  elapsedMs: () => number,
): Promise<Pick<Reply, 'body' | 'firstByteMs' | 'lastByteMs'>> {
  const blocks: Buffer[] = [];
  let firstByteMs: number | null = null;
  for await (const block of response) {
    firstByteMs ??= elapsedMs();
    blocks.push(block);
  }
  const lastByteMs = elapsedMs();
  return { body: Buffer.concat(blocks), firstByteMs: firstByteMs ?? lastByteMs, lastByteMs };
}

/** Node's flat list of names and values, as pairs. */
function pairs(raw: readonly string[]): Reply['headers'] {
  return raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), raw[index + 1] ?? ''] as const] : [],
  );
}
