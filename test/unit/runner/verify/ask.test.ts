import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { get, openClient } from '../../../../runner/verify/ask.ts';
import { askHead, parseHead } from '../../../../runner/verify/ask-head.ts';
import { headDifference } from '../../../../runner/verify/compare.ts';
import { rightAnswer } from '../../../../servers/contract/answers.ts';

const signal = new AbortController().signal;

async function serve<T>(listener: RequestListener, use: (origin: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function serveRaw<T>(
  onSocket: (socket: Socket) => void,
  use: (origin: string) => Promise<T>,
): Promise<T> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

test('requests go below the base path, on one kept connection', async () => {
  const seen: string[] = [];
  await serve(
    (request, response) => {
      seen.push(`${request.url} from ${request.socket.remotePort}`);
      response.end();
    },
    async (origin) => {
      await using client = openClient({ origin, basePath: '/app.py' }, signal);
      const { localPort } = await client.ask(get('/hello'));
      await client.ask(get('/json?x=1'));
      expect(seen).toEqual([`/app.py/hello from ${localPort}`, `/app.py/json?x=1 from ${localPort}`]);
    },
  );
});

test('repeated headers and their order are kept', async () => {
  await serve(
    (_request, response) => {
      response.writeHead(200, { 'X-One': ['1', '2'] });
      response.end('x');
    },
    async (origin) => {
      await using client = openClient({ origin, basePath: '' }, signal);
      const { headers } = await client.ask(get('/'));
      expect(headers.filter(([name]) => name === 'x-one')).toEqual([
        ['x-one', '1'],
        ['x-one', '2'],
      ]);
    },
  );
});

test('an empty POST says that its length is 0', async () => {
  let length: string | undefined;
  await serve(
    (request, response) => {
      length = request.headers['content-length'];
      response.end();
    },
    async (origin) => {
      await using client = openClient({ origin, basePath: '' }, signal);
      await client.ask({ method: 'POST', path: '/echo', headers: {}, body: null });
      expect(length).toBe('0');
    },
  );
});

test('a kept connection that the server closed is not the fault of the next request', async () => {
  let connections = 0;
  const onSocket = (socket: Socket) => {
    connections += 1;
    const isFirst = connections === 1;
    let requests = 0;
    socket.on('data', () => {
      requests += 1;
      if (isFirst && requests === 2) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  };
  await serveRaw(onSocket, async (origin) => {
    await using client = openClient({ origin, basePath: '' }, signal);
    await client.ask(get('/1'));
    expect((await client.ask(get('/2'))).body.toString()).toBe('ok');
    expect(connections).toBe(2);
  });
});

test('an answer cut short is an error, on a kept connection too', async () => {
  const onSocket = (socket: Socket) => {
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok'));
  };
  await serveRaw(onSocket, async (origin) => {
    await using client = openClient({ origin, basePath: '' }, signal);
    await expect(client.ask(get('/'))).rejects.toThrow('aborted');
  });
});

test('a body after the headers of HEAD is seen', async () => {
  const right = rightAnswer({ method: 'GET', path: '/hello', body: null });
  if (right === null) throw new Error('/hello has an answer');
  const onSocket = (socket: Socket) => {
    const headers = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 14';
    socket.once('data', () => socket.end(`${headers}\r\n\r\nHello, world!\n`));
  };
  await serveRaw(onSocket, async (origin) => {
    const reply = await askHead({ origin, basePath: '' }, '/hello', signal);
    expect(headDifference(right, reply, false)).toMatch(
      /^14 bytes followed the headers of an answer to HEAD: "Hello/,
    );
    expect(headDifference(right, { ...reply, body: Buffer.alloc(0) }, false)).toBeNull();
  });
});

test('HEAD may leave Content-Length out, but not state another one', () => {
  const right = rightAnswer({ method: 'GET', path: '/hello', body: null });
  if (right === null) throw new Error('/hello has an answer');
  const reply = (length: string) =>
    parseHead(Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: TEXT/plain ;charset=UTF-8\r\n${length}\r\n`));
  expect(headDifference(right, reply(''), false)).toBeNull();
  expect(headDifference(right, reply('Content-Length: 14\r\n'), false)).toBeNull();
  expect(headDifference(right, reply('Content-Length: 0\r\n'), true)).toBeNull();
  expect(headDifference(right, reply('Content-Length: 0\r\n'), false)).toBe(
    'expected the Content-Length 14 or none, got 0',
  );
});

test('what is not HTTP is an error', () => {
  expect(() => parseHead(Buffer.from('hello'))).toThrow('no end of headers');
  expect(() => parseHead(Buffer.from('hello\r\n\r\n'))).toThrow('not a status line');
});
