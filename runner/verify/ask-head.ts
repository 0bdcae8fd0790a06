/**
 * HEAD over a bare socket: an HTTP client never shows a body that a server sends after the headers of an answer
 * to HEAD, though it would be read as the beginning of the next answer (RFC 9110, 9.3.2).
 */
import { connect } from 'node:net';
import type { Endpoint } from '../stack.ts';
import { ANSWER_DEADLINE_MS, type Reply } from './ask.ts';

/** What came until the server closed the connection; `body` is what followed the headers. */
export type HeadReply = Pick<Reply, 'status' | 'headers' | 'body'>;

/** @throws Error when the answer is not HTTP, when it takes too long, or the network's error */
export async function askHead(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<HeadReply> {
  const { hostname, port, host } = new URL(endpoint.origin);
  const text = `HEAD ${endpoint.basePath}${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  const socket = connect({ host: hostname, port: Number(port) });
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_DEADLINE_MS)]);
  const stop = () => socket.destroy(new Error('no end of the answer to HEAD before the deadline'));
  deadline.addEventListener('abort', stop, { once: true });
  try {
    socket.write(text);
    const blocks: Buffer[] = [];
    for await (const block of socket) blocks.push(block);
    return parseHead(Buffer.concat(blocks));
  } catch (failure) {
    signal.throwIfAborted();
    throw failure;
  } finally {
    deadline.removeEventListener('abort', stop);
    socket.destroy();
  }
}

/** Splits a whole answer into status, headers and what follows them. */
export function parseHead(bytes: Buffer): HeadReply {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`no end of headers in ${JSON.stringify(bytes.toString('latin1', 0, 120))}`);
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first);
  if (status === null) throw new Error(`not a status line: ${JSON.stringify(first.slice(0, 120))}`);
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(status[1]), headers, body: bytes.subarray(end + 4) };
}
