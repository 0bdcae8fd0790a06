/**
 * Warms the driver's own code before its first window: an unoptimised generator would be slow in the first
 * cell measured and fast in the next, whatever the stacks do.
 */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { driveWindow } from './drive-window.ts';

const REQUESTS = 3_000;
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok';
const BODY_SHA256 = '2689367b205c16ce32ed4200942b8b8b1e262dfc70d9bc9fbc77c49699a4f1df';

/** Drives a server of its own, in this process, and forgets the result. */
export async function warmDriver(): Promise<void> {
  const server = createServer((socket) => {
    socket.on('data', () => socket.write(RESPONSE));
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  try {
    if (address === null || typeof address === 'string') return;
    await driveWindow({
      endpoint: { origin: `http://127.0.0.1:${address.port}`, basePath: '' },
      request: { method: 'GET', path: '/', headers: {}, body: null },
      expect: { status: 200, length: 2, sha256: BODY_SHA256 },
      connections: 4,
      windowMs: 1_000,
      maxRequests: REQUESTS,
      drainLimitMs: 500,
    });
  } finally {
    server.close();
  }
}
