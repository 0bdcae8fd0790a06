import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { parseEnvironment } from '../../../../runner/explain/catch.ts';
import {
  connectionKey,
  inodeOf,
  parseSockets,
  readDescriptors,
  readSockets,
} from '../../../../runner/explain/sockets.ts';

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11111 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000    33        0 33333 1 0 20 4 30 10 -1
   2: 0100007F:1F90 0100007F:C351 01 00000000:00000000 00:00000000 00000000     0        0 0 1 0 20 4 30 10 -1
`;
const UNIX = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 44444 /site/up.sock
0000000000000000: 00000003 00000000 00000000 0001 03 55555 /site/up.sock
0000000000000000: 00000003 00000000 00000000 0001 03 66666
`;

test('listeners and connections are told apart, of both kinds', () => {
  const { listening, connected } = parseSockets({ tcp: TCP, unix: UNIX });
  expect([...listening]).toEqual([
    [11111, '127.0.0.1:8080'],
    [44444, '/site/up.sock'],
  ]);
  expect([...connected]).toEqual([[connectionKey('127.0.0.1:8080', '127.0.0.1:50000'), 33333]]);
});

test.runIf(process.platform === 'linux')(
  'a process’s own listening socket is found by its descriptors',
  async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    const inodes = [...readDescriptors(process.pid).values()].map(inodeOf).filter((inode) => inode !== null);
    const { listening } = readSockets();
    const found = inodes.map((inode) => listening.get(inode));
    expect(found).toContain(`127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`);
    await new Promise((resolve) => server.close(resolve));
  },
);

test('an environment is read entry by entry; values may hold "=", lines and nothing', () => {
  expect(parseEnvironment('A=b=c\0EMPTY=\0LINES=a\nb\0')).toEqual([
    ['A', 'b=c'],
    ['EMPTY', ''],
    ['LINES', 'a\nb'],
  ]);
});
