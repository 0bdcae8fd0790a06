import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { get, openClient } from '../../../../runner/verify/ask.ts';
import { findInode, processReader } from '../../../../runner/verify/process-reader.ts';

const end = (address: string, port: number) => ({ address, port });
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11111 1 0 100 0 0 10 0
   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 22222 1 0 20 4 30 10 -1
   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000    33        0 33333 1 0 20 4 30 10 -1
   3: 0100007F:1F90 0100007F:C351 01 00000000:00000000 00:00000000 00000000     0        0 0 1 0 20 4 30 10 -1
`;
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 44444 1 0 20 4 0 10 -1
`;

test("the server's end is found, not the client's nor the listener's", () => {
  const connection = { server: end('127.0.0.1', 8080), client: end('127.0.0.1', 50000) };
  expect(findInode(TCP, connection)).toBe(33333);
  expect(findInode(TCP6, connection)).toBe(44444);
});

test('a connection that nobody accepted yet, and an unknown one, have no inode', () => {
  expect(findInode(TCP, { server: end('127.0.0.1', 8080), client: end('127.0.0.1', 50001) })).toBeNull();
  expect(findInode(TCP, { server: end('127.0.0.2', 8080), client: end('127.0.0.1', 50000) })).toBeNull();
});

test('other systems have no reader', () => {
  expect(processReader('darwin')).toBeNull();
});

test.runIf(process.platform === 'linux')(
  'this process is seen holding the connections of its own server',
  async () => {
    const reader = processReader();
    if (reader === null) throw new Error('Linux has a reader');
    const server = createServer((_request, response) => setTimeout(() => response.end('ok'), 100));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const endpoint = { origin: `http://127.0.0.1:${port}`, basePath: '' };
    try {
      await using client = openClient(endpoint, new AbortController().signal);
      let localPort = 0;
      const answer = client.ask(get('/'), (sent) => {
        localPort = sent;
      });
      await expect
        .poll(() =>
          reader.serverInode({ server: end('127.0.0.1', port), client: end('127.0.0.1', localPort) }),
        )
        .not.toBeNull();
      const inode = await reader.serverInode({
        server: end('127.0.0.1', port),
        client: end('127.0.0.1', localPort),
      });
      expect(await reader.holders(inode ?? 0, [process.pid, process.ppid])).toEqual([process.pid]);
      expect((await answer).body.toString()).toBe('ok');
      expect(reader.stat(process.pid)?.parent).toBe(process.ppid);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
);
