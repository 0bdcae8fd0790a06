import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { decodeLatencies } from '../../../../results/analyse/histogram.ts';
import { type WindowRecord, windowSchema } from '../../../../results/schema/observation.ts';
import { driveWindow } from '../../../../runner/load/drive-window.ts';
import type { WindowSpec } from '../../../../runner/load/window-spec.ts';
import { HELLO, response, type ScriptedServer, scriptedServer } from './scripted-server.ts';

const sha256 = (body: string | Buffer): string => createHash('sha256').update(body).digest('hex');

function specFor(server: Pick<ScriptedServer, 'endpoint'>, over: Partial<WindowSpec> = {}): WindowSpec {
  return {
    endpoint: server.endpoint,
    request: { method: 'GET', path: '/hello', headers: {}, body: null },
    expect: { status: 200, length: HELLO.length, sha256: sha256(HELLO) },
    connections: 4,
    // A window planned by count ends with its count, however slow the machine.
    windowMs: over.maxRequests === undefined ? 300 : 20_000,
    maxRequests: null,
    drainLimitMs: 2_000,
    ...over,
  };
}

const failed = (record: WindowRecord): number =>
  Object.values(record.counts.errors).reduce((sum, count) => sum + count, 0);

/** What must hold for any window whatever the server did. */
function expectBalance(record: WindowRecord): void {
  const { counts } = record;
  expect(() => windowSchema.parse(record)).not.toThrow();
  expect(counts.offered).toBe(counts.completed + failed(record) + counts.unfinished);
  expect(record.perConnection.reduce((sum, count) => sum + count, 0)).toBe(counts.completed);
  expect(record.series.completions.reduce((sum, count) => sum + count, 0)).toBe(counts.completed);
  expect(record.latency.n).toBe(counts.completed);
  expect(record.busyRatio).toBeLessThanOrEqual(1);
}

describe('a window on a server that behaves', () => {
  it('counts every request, on every connection, and finds nothing wrong', async () => {
    await using server = await scriptedServer(({ socket }) => socket.write(response()));
    const record = await driveWindow(specFor(server));
    expectBalance(record);
    expect(record.counts).toMatchObject({ errors: {}, unfinished: 0, wrongStatus: 0, wrongBody: 0 });
    expect(record.counts.completed).toBe(server.seen());
    expect(record.perConnection.every((count) => count > 0)).toBe(true);
    expect(record.firstBadAnswer).toBeNull();
    expect(record.responseBytes).toBe(record.counts.completed * response().length);
  });

  it('sees latencies below one millisecond', async () => {
    await using server = await scriptedServer(({ socket }) => socket.write(response()));
    const record = await driveWindow(specFor(server, { connections: 1 }));
    const p50 = decodeLatencies(record.latency).quantileUs(0.5) ?? 0;
    expect(p50).toBeGreaterThan(10);
    expect(p50).toBeLessThan(5_000);
    expect(record.latency.minUs).toBeLessThan(1_000);
  });

  it('reports a constant latency as it is', async () => {
    await using server = await scriptedServer(({ socket }) => setTimeout(() => socket.write(response()), 20));
    const record = await driveWindow(specFor(server, { windowMs: 600 }));
    expectBalance(record);
    expect(record.latency.minUs).toBeGreaterThan(18_500);
    expect(decodeLatencies(record.latency).quantileUs(0.5)).toBeGreaterThanOrEqual(19_000);
    expect(decodeLatencies(record.latency).quantileUs(0.5)).toBeLessThan(30_000);
    expect(record.busyRatio).toBeGreaterThan(0.9);
  });

  it('shows a stall of the server in the longest latency', async () => {
    let stalled = false;
    await using server = await scriptedServer(({ socket, number }) => {
      if (number === 50 && !stalled) {
        stalled = true;
        setTimeout(() => socket.write(response()), 250);
      } else socket.write(response());
    });
    const record = await driveWindow(specFor(server, { connections: 1, windowMs: 500 }));
    expectBalance(record);
    expect(record.latency.maxUs).toBeGreaterThan(245_000);
    expect(record.series.completions.length).toBeGreaterThanOrEqual(3);
  });

  it('sends method, path, headers and body as asked, below the base path', async () => {
    const heads: string[] = [];
    const bodies: string[] = [];
    await using server = await scriptedServer(({ socket, head, body }) => {
      heads.push(head);
      bodies.push(body);
      socket.write(response());
    });
    const endpoint = { ...server.endpoint, basePath: '/app.py' };
    await driveWindow({
      ...specFor(server, { maxRequests: 3, connections: 1 }),
      endpoint,
      request: { method: 'POST', path: '/echo?a=1&b=%20', headers: { 'X-Tag': 'one' }, body: 'some body' },
    });
    expect(heads).toHaveLength(3);
    for (const head of heads) {
      expect(head).toMatch(/^POST \/app\.py\/echo\?a=1&b=%20 HTTP\/1\.1\r\n/);
      expect(head).toContain('X-Tag: one');
    }
    expect(bodies).toEqual(['some body', 'some body', 'some body']);
  });

  it('completes HEAD requests although Content-Length announces a body', async () => {
    await using server = await scriptedServer(({ socket }) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n'),
    );
    const record = await driveWindow({
      ...specFor(server, { maxRequests: 8 }),
      request: { method: 'HEAD', path: '/hello', headers: {}, body: null },
      expect: { status: 200, length: 0, sha256: null },
    });
    expectBalance(record);
    expect(record.counts).toMatchObject({ completed: 8, wrongBody: 0, digested: 0 });
  });

  it('reads chunked bodies split anywhere', async () => {
    const text =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nHello, \r\n7\r\nworld!\n\r\n0\r\n\r\n';
    await using server = await scriptedServer(({ socket, number }) => {
      const cut = 1 + (number % (text.length - 1));
      socket.write(text.slice(0, cut));
      setTimeout(() => socket.write(text.slice(cut)), 1);
    });
    const record = await driveWindow(specFor(server, { maxRequests: 150 }));
    expectBalance(record);
    expect(record.counts).toMatchObject({ completed: 150, wrongBody: 0, errors: {} });
  });
});

describe('a window ends by draining', () => {
  it('waits for slow answers, counts them, and divides by the whole span', async () => {
    // One CGI-like worker per connection: 300 ms an answer. The truth is 4 ÷ 0.3 s = 13.3 a second.
    await using server = await scriptedServer(({ socket }) =>
      setTimeout(() => socket.write(response()), 300),
    );
    const record = await driveWindow(specFor(server, { windowMs: 1_000 }));
    expectBalance(record);
    expect(record.counts).toMatchObject({ offered: 16, completed: 16, unfinished: 0 });
    expect(record.drainMs).toBeGreaterThan(100);
    expect(record.spanMs).toBeGreaterThan(1_190);
    expect((record.counts.completed / record.spanMs) * 1_000).toBeGreaterThan(11.5);
    expect((record.counts.completed / record.spanMs) * 1_000).toBeLessThanOrEqual(13.4);
    expect(server.accepted()).toBe(4);
  });

  it('begins nothing after the window', async () => {
    const begun: number[] = [];
    await using server = await scriptedServer(({ socket, connection }) => {
      begun.push(performance.now());
      setTimeout(() => socket.write(response()), connection === 0 ? 700 : 5);
    });
    const startedMs = performance.now();
    const record = await driveWindow(specFor(server, { windowMs: 300 }));
    expectBalance(record);
    expect(Math.max(...begun) - startedMs).toBeLessThan(450);
    expect(record.drainMs).toBeGreaterThan(350);
    expect(record.perConnection[0]).toBe(1);
  });

  it('gives up at the drain limit and says how many were unfinished', async () => {
    await using server = await scriptedServer(({ socket, connection }) => {
      if (connection > 0) setTimeout(() => socket.write(response()), 10);
    });
    const record = await driveWindow(specFor(server, { windowMs: 200, drainLimitMs: 150 }));
    expectBalance(record);
    expect(record.counts.unfinished).toBe(1);
    expect(record.drainMs).toBeGreaterThanOrEqual(145);
    expect(record.perConnection).toContain(0);
  });
});

describe('a window planned by count', () => {
  it('begins exactly as many requests as planned, over all connections together', async () => {
    await using server = await scriptedServer(({ socket }) => setTimeout(() => socket.write(response()), 2));
    const record = await driveWindow(specFor(server, { maxRequests: 101, windowMs: 10_000 }));
    expectBalance(record);
    expect(record.counts).toMatchObject({ offered: 101, completed: 101 });
    expect(server.seen()).toBe(101);
    expect(record.plannedRequests).toBe(101);
  });

  it('lets fast connections do the work of a slow one', async () => {
    await using server = await scriptedServer(({ socket, connection }) =>
      setTimeout(() => socket.write(response()), connection === 0 ? 200 : 5),
    );
    const record = await driveWindow(specFor(server, { maxRequests: 60, windowMs: 10_000 }));
    expectBalance(record);
    expect(Math.min(...record.perConnection)).toBeLessThanOrEqual(2);
    expect(record.spanMs).toBeLessThan(600);
    expect(record.busyRatio).toBeGreaterThan(0.85);
  });

  it('still ends by time when the count is not reached', async () => {
    await using server = await scriptedServer(({ socket }) => setTimeout(() => socket.write(response()), 50));
    const record = await driveWindow(specFor(server, { maxRequests: 10_000, windowMs: 200 }));
    expectBalance(record);
    expect(record.counts.offered).toBeLessThan(30);
  });

  it('is not idle when every request was begun at the opening', async () => {
    await using server = await scriptedServer(({ socket }) => setTimeout(() => socket.write(response()), 20));
    const record = await driveWindow(specFor(server, { maxRequests: 4 }));
    expectBalance(record);
    expect(record.busyRatio).toBe(1);
    expect(record.perConnection).toEqual([1, 1, 1, 1]);
  });
});

describe('wrong answers under load', () => {
  it('counts another status, and keeps the first', async () => {
    await using server = await scriptedServer(({ socket, number }) =>
      socket.write(number % 2 === 1 ? response('no \u001b[31msuch\u0000 page', '404 Not Found') : response()),
    );
    const record = await driveWindow(specFor(server, { maxRequests: 40 }));
    expectBalance(record);
    expect(record.counts).toMatchObject({ completed: 40, wrongStatus: 20, wrongBody: 0 });
    expect(record.firstBadAnswer).toEqual({
      status: 404,
      bodyStart: 'no \u{FFFD}[31msuch\u{FFFD} page',
      why: 'status 404 where 200 was expected',
    });
  });

  it('compares the length of every body: a killed CGI is a clean 200', async () => {
    await using server = await scriptedServer(({ socket, number }) =>
      socket.write(number === 37 ? response('He') : response()),
    );
    const record = await driveWindow(specFor(server, { maxRequests: 64 }));
    expectBalance(record);
    expect(record.counts.wrongBody).toBe(1);
    expect(record.firstBadAnswer).toEqual({
      status: 200,
      bodyStart: 'He',
      why: '2 bytes where 14 were expected',
    });
  });

  it('finds bodies of the right length but other bytes by digest, on a sample', async () => {
    await using server = await scriptedServer(({ socket }) => socket.write(response('Hello, World!\n')));
    const record = await driveWindow(specFor(server, { maxRequests: 400 }));
    expectBalance(record);
    expect(record.counts.digested).toBeGreaterThanOrEqual(6);
    expect(record.counts.digested).toBeLessThanOrEqual(12);
    expect(record.counts.wrongBody).toBe(record.counts.digested);
  });

  it('digests bytes, not text', async () => {
    const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 251));
    await using server = await scriptedServer(({ socket }) => socket.write(response(bytes)));
    const record = await driveWindow({
      ...specFor(server, { maxRequests: 20 }),
      expect: { status: 200, length: bytes.length, sha256: sha256(bytes) },
    });
    expectBalance(record);
    expect(record.counts).toMatchObject({ completed: 20, wrongBody: 0, digested: 4 });
  });
});

describe('connections that end', () => {
  it('completes responses that only the end of the connection delimits', async () => {
    await using server = await scriptedServer(({ socket }) =>
      socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${HELLO}`),
    );
    const record = await driveWindow(specFor(server, { maxRequests: 50 }));
    expectBalance(record);
    expect(record.counts).toMatchObject({ completed: 50, errors: {}, wrongBody: 0 });
    expect(server.seen()).toBe(50);
  });

  it('sees a close-delimited body that was cut short', async () => {
    await using server = await scriptedServer(({ socket }) => socket.end('HTTP/1.0 200 OK\r\n\r\nHello'));
    const record = await driveWindow(specFor(server, { maxRequests: 10 }));
    expectBalance(record);
    expect(record.counts).toMatchObject({ completed: 10, wrongBody: 10 });
  });

  it('opens a new connection where the server closes after each response, and loses nothing', async () => {
    await using server = await scriptedServer(({ socket }) =>
      socket.end(response(HELLO, '200 OK', ['Connection: close'])),
    );
    const record = await driveWindow(specFor(server, { maxRequests: 60 }));
    expectBalance(record);
    expect(record.counts).toMatchObject({ completed: 60, errors: {} });
    expect(server.accepted()).toBe(60);
  });

  it('counts requests lost in mid-flight as resets', async () => {
    await using server = await scriptedServer(({ socket, number }) => {
      if (number % 10 === 9) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nHel');
      else socket.write(response());
    });
    const record = await driveWindow(specFor(server, { maxRequests: 100 }));
    expectBalance(record);
    expect(record.counts).toMatchObject({ offered: 100, completed: 90, errors: { reset: 10 } });
    expect(record.firstBadAnswer).toMatchObject({ status: 200, bodyStart: 'Hel' });
    expect(record.firstBadAnswer?.why).toContain('after 3 bytes');
  });

  it('counts connections cut by the server without a word as resets', async () => {
    await using server = await scriptedServer(({ socket, number }) => {
      if (number % 5 === 4) socket.resetAndDestroy();
      else socket.write(response());
    });
    const record = await driveWindow(specFor(server, { maxRequests: 50 }));
    expectBalance(record);
    expect(record.counts).toMatchObject({ completed: 40, errors: { reset: 10 } });
    expect(record.firstBadAnswer).toBeNull();
  });

  it('counts bytes that are not HTTP as other errors, and goes on', async () => {
    await using server = await scriptedServer(({ socket, number }) =>
      socket.write(number === 3 ? 'I am not HTTP\r\n\r\n' : response()),
    );
    const record = await driveWindow(specFor(server, { maxRequests: 20, connections: 2 }));
    expectBalance(record);
    expect(record.counts).toMatchObject({ completed: 19, errors: { other: 1 } });
  });

  it('counts requests to a port where nobody listens, without hammering it', async () => {
    const closed = createServer();
    const port = await new Promise<number>((resolve) => {
      closed.listen(0, '127.0.0.1', () => {
        const address = closed.address();
        resolve(address !== null && typeof address === 'object' ? address.port : 0);
      });
    });
    await new Promise((resolve) => closed.close(resolve));
    const endpoint = { origin: `http://127.0.0.1:${port}`, basePath: '' };
    const record = await driveWindow(specFor({ endpoint }, { windowMs: 300 }));
    expectBalance(record);
    expect(record.counts.completed).toBe(0);
    expect(record.counts.errors.connect).toBeGreaterThanOrEqual(4);
    expect(record.counts.errors.connect).toBeLessThan(60);
    expect(record.latency.n).toBe(0);
  });

  it('counts a request that is never answered as a timeout', async () => {
    await using server = await scriptedServer(({ socket, connection }) => {
      if (connection !== 1) setTimeout(() => socket.write(response()), 5);
    });
    const record = await driveWindow(specFor(server, { windowMs: 250, requestTimeoutMs: 150 }));
    expectBalance(record);
    expect(record.counts.errors.timeout).toBeGreaterThanOrEqual(1);
    expect(record.counts.unfinished).toBe(0);
  });

  it('shows a connection that is never served', async () => {
    await using server = await scriptedServer(({ socket, connection }) => {
      if (connection !== 2) socket.write(response());
    });
    const record = await driveWindow(specFor(server, { windowMs: 200, drainLimitMs: 100 }));
    expectBalance(record);
    expect(record.perConnection.filter((count) => count === 0)).toHaveLength(1);
    expect(record.counts.unfinished).toBe(1);
  });
});

it('accounts what the generator consumed', async () => {
  await using server = await scriptedServer(({ socket }) => socket.write(response()));
  const record = await driveWindow(specFor(server));
  expect(record.generator.driver).toBe('autocannon 9.0.0');
  expect(record.generator.cpuUs).toBeGreaterThan(0);
  expect(record.generator.wallMs).toBeGreaterThanOrEqual(record.spanMs - 1);
  expect(record.generator.loopLagMaxUs).toBeGreaterThanOrEqual(record.generator.loopLagP99Us);
});
