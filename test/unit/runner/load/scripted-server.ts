/** A raw TCP server for tests: each request that arrives is handed to a script, which may do anything. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface ScriptedRequest {
  readonly socket: Socket;
  /** Connection number, from 0 in order of acceptance. */
  readonly connection: number;
  /** Request number over all connections, from 0. */
  readonly number: number;
  readonly head: string;
  readonly body: string;
}

export interface ScriptedServer extends AsyncDisposable {
  readonly endpoint: { readonly origin: string; readonly basePath: string };
  readonly port: number;
  /** Requests seen so far. */
  readonly seen: () => number;
  readonly accepted: () => number;
}

export async function scriptedServer(script: (request: ScriptedRequest) => void): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  let number = 0;
  const server = createServer((socket) => {
    const connection = accepted++;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      for (;;) {
        const end = text.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = text.slice(0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        const body = text.slice(end + 4, end + 4 + length);
        text = text.slice(end + 4 + length);
        script({ socket, connection, number: number++, head, body });
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: { origin: `http://127.0.0.1:${address.port}`, basePath: '' },
    port: address.port,
    seen: () => number,
    accepted: () => accepted,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export const HELLO = 'Hello, world!\n';

/** A whole response with Content-Length. */
export function response(
  body: string | Buffer = HELLO,
  status = '200 OK',
  headers: readonly string[] = [],
): Buffer {
  const bytes = Buffer.from(body);
  const head = [`HTTP/1.1 ${status}`, `Content-Length: ${bytes.length}`, ...headers].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), bytes]);
}
