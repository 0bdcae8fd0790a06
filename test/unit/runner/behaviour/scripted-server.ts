/** A server that says what it is told, byte for byte, over a bare socket. */
import { createServer, type Socket } from 'node:net';
import type { Endpoint } from '../../../../runner/stack.ts';

export interface Heard {
  readonly method: string;
  readonly path: string;
  /** The request's head, as it came. */
  readonly head: string;
  /** What followed the head in the moment in which it was complete. */
  readonly rest: Buffer;
}

export type Script = (socket: Socket, heard: Heard) => void;

export interface ScriptedServer extends AsyncDisposable {
  readonly endpoint: Endpoint;
}

export async function scriptedServer(script: Script): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let bytes = Buffer.alloc(0);
    const read = (block: Buffer) => {
      bytes = Buffer.concat([bytes, block]);
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', read);
      const head = bytes.toString('latin1', 0, end);
      const [method = '', path = ''] = head.split(' ');
      script(socket, { method, path, head, rest: bytes.subarray(end + 4) });
    };
    socket.on('data', read);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: { origin: `http://127.0.0.1:${port}`, basePath: '' },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** A whole answer with its length. */
export function answer(status: string, body: string, headers = ''): string {
  return `HTTP/1.1 ${status}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Answers everything with the same text and closes. */
export const saying =
  (text: string): Script =>
  (socket) => {
    socket.end(text);
  };

export const never = new AbortController().signal;
