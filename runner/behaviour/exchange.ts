/**
 * One request over a bare socket and what came of it, byte by byte and with the times: an HTTP client would hide
 * interim answers, cut bodies and the pace of a stream.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint } from '../stack.ts';
import { type RawReply, ReplyReader } from './raw-reply.ts';

/** Longest time one answer may take. */
export const REPLY_DEADLINE_MS = 15_000;

export interface RawRequest {
  readonly method: string;
  /** Below the stack's base path. */
  readonly path: string;
  /** Besides Host and `Connection: close`; sent as they are. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Sent as it is, so framed by the caller. @default none */
  readonly body?: readonly Uint8Array[];
  /** A pause before each block of the body. @default none */
  readonly paceMs?: number;
  /** Holds the body back until an interim answer comes, at most as long as this. @default it is sent at once */
  readonly awaitContinueMs?: number;
  /** @default REPLY_DEADLINE_MS */
  readonly deadlineMs?: number;
}

/** Sends a request and reads until the answer is whole, the connection ends, or the deadline has passed. */
export async function exchange(
  endpoint: Endpoint,
  request: RawRequest,
  signal: AbortSignal,
): Promise<RawReply> {
  const open = openExchange(endpoint, request, signal);
  try {
    if (request.awaitContinueMs !== undefined) {
      await Promise.race([open.begun, delay(request.awaitContinueMs, undefined, { signal })]);
    }
    for (const block of request.body ?? []) {
      if (request.paceMs !== undefined) await delay(request.paceMs, undefined, { signal });
      open.socket.write(block);
    }
    return await open.reply;
  } finally {
    open.socket.destroy();
  }
}

export interface OpenExchange {
  readonly socket: Socket;
  /** Resolves with the first bytes of any answer, or its end. */
  readonly begun: Promise<void>;
  readonly reply: Promise<RawReply>;
}

/** Sends the head of a request; the caller ends it, or leaves in the middle. */
export function openExchange(endpoint: Endpoint, request: RawRequest, signal: AbortSignal): OpenExchange {
  const { hostname, port, host } = new URL(endpoint.origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const reader = new ReplyReader(request.method === 'HEAD', performance.now());
  const lines = (request.headers ?? []).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(
    `${request.method} ${endpoint.basePath}${request.path} HTTP/1.1\r\nHost: ${host}\r\n${lines}Connection: close\r\n\r\n`,
  );
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const reply = new Promise<RawReply>((resolve, reject) => {
    const deadline = AbortSignal.any([
      signal,
      AbortSignal.timeout(Math.ceil(request.deadlineMs ?? REPLY_DEADLINE_MS)),
    ]);
    const finish = (how: RawReply['closed']) => {
      deadline.removeEventListener('abort', late);
      begin();
      resolve(reader.finish(how));
    };
    const late = () => {
      if (!signal.aborted) return finish('by us');
      begin();
      reject(signal.reason);
    };
    deadline.addEventListener('abort', late, { once: true });
    socket.on('data', (block) => {
      reader.take(block, performance.now());
      begin();
      if (reader.isWhole) finish('by us');
    });
    socket.once('end', () => finish('ended'));
    // A server that refuses a body early may reset the connection; what it said before counts.
    socket.once('error', () => finish('reset'));
    socket.once('close', () => finish('ended'));
  });
  // Awaited by the caller, perhaps later than it fails.
  reply.catch(() => undefined);
  return { socket, begun, reply };
}
