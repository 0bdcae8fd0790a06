/** One request on a connection of its own, with every byte of it, and when it came. */
import { createConnection } from 'node:net';
import { LabError } from '../../core/errors.ts';
import type { Endpoint } from '../stack.ts';
import { nowUs } from './clock.ts';
import { type HttpMessage, parseHttp } from './decode/http.ts';

export interface Asked {
  readonly method: string;
  /** Below the stack's base path. */
  readonly path: string;
  readonly body: string | null;
}

/** Times are of the monotonic clock. */
export interface Exchange {
  readonly sent: Buffer;
  readonly received: Buffer;
  readonly answer: HttpMessage;
  readonly status: number;
  readonly connectedUs: number;
  readonly sentUs: number;
  readonly firstByteUs: number;
  readonly lastByteUs: number;
  readonly localPort: number;
}

export interface OpenExchange extends AsyncDisposable {
  readonly localPort: number;
  readonly sentUs: number;
  /** The connection stays open until this is disposed. */
  readonly done: Promise<Exchange>;
}

/** Longer than the slowest stack needs for one request. */
const DEADLINE_MS = 30_000;

/** Connects, sends, and returns while the answer is on its way. */
export async function beginRequest(
  endpoint: Endpoint,
  asked: Asked,
  signal: AbortSignal,
): Promise<OpenExchange> {
  const { hostname, port, host } = new URL(endpoint.origin);
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
  const until = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const connectedUs = nowUs();
  const localPort = socket.localPort ?? 0;
  const sent = requestBytes(endpoint, asked, host);
  const sentUs = nowUs();
  const received: Buffer[] = [];
  let firstByteUs = 0;
  const done = new Promise<Exchange>((resolve, reject) => {
    const fail = (why: unknown) => {
      socket.destroy();
      if (signal.aborted) reject(signal.reason);
      else {
        const facts = { path: asked.path, bytesReceived: Buffer.concat(received).length };
        reject(new LabError('E_NOT_READY', `the request was not answered: ${String(why)}`, { facts }));
      }
    };
    const finish = (answer: HttpMessage) => {
      const status = Number(answer.startLine.split(' ')[1]);
      const bytes = Buffer.concat(received);
      const lastByteUs = nowUs();
      resolve({
        sent,
        received: bytes,
        answer,
        status,
        connectedUs,
        sentUs,
        firstByteUs,
        lastByteUs,
        localPort,
      });
    };
    until.addEventListener('abort', () => fail('no whole answer within the deadline'), { once: true });
    socket.on('error', fail);
    socket.on('data', (bytes) => {
      if (received.length === 0) firstByteUs = nowUs();
      received.push(bytes);
      const answer = parseHttp(Buffer.concat(received), asked.method === 'HEAD');
      if (answer?.isWhole === true) finish(answer);
    });
    socket.on('end', () => {
      const answer = parseHttp(Buffer.concat(received), asked.method === 'HEAD');
      if (answer === null) fail('the connection ended before the answer');
      else finish(answer);
    });
  });
  // Whoever awaits it later sees the failure; meanwhile it is not unhandled.
  done.catch(() => undefined);
  socket.write(sent);
  return {
    localPort,
    sentUs,
    done,
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
}

function requestBytes(endpoint: Endpoint, asked: Asked, host: string): Buffer {
  const body = asked.body === null ? null : Buffer.from(asked.body);
  const lines = [
    `${asked.method} ${endpoint.basePath}${asked.path} HTTP/1.1`,
    `Host: ${host}`,
    'User-Agent: lab-explain',
    'Accept: */*',
    ...(body === null ? [] : ['Content-Type: text/plain', `Content-Length: ${body.length}`]),
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return body === null ? head : Buffer.concat([head, body]);
}
