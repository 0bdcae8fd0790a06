/** FastCGI items of docs/conformance.md for the gateway as client, against a scripted responder. */
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readPairs } from '../../servers/protocols/fastcgi/pairs.ts';
import { TYPE } from '../../servers/protocols/fastcgi/record.ts';
import { ask, until, valuesOf } from '../helpers/ask.ts';
import { type TestGateway, testGateway } from '../helpers/gateway.ts';
import {
  end,
  type ScriptedRequest,
  type ScriptedResponder,
  scriptedResponder,
  stderr,
  stdout,
} from '../helpers/responder.ts';

const HEAD = 'Content-Type: text/plain\r\n\r\n';
const COMPLETE = Buffer.concat([stdout(`${HEAD}fine`), stdout(''), end()]);

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function pair(
  answer: (request: ScriptedRequest) => void,
  more: { slots?: number; keep?: boolean } = {},
): Promise<{ responder: ScriptedResponder; gateway: TestGateway; port: number }> {
  const responder = await scriptedResponder(answer);
  const gateway = await testGateway(
    {
      kind: 'fastcgi',
      upstream: { kind: 'tcp', address: '127.0.0.1', port: responder.port },
      keep: more.keep ?? true,
    },
    more,
  );
  open.push(responder, gateway);
  return { responder, gateway, port: gateway.port };
}

const answers = (bytes: Buffer) => pair(({ socket }) => socket.write(bytes));

describe('what the client sends', () => {
  it('C50 C52 a request of the responder role with all streams ended', async () => {
    const { responder, port } = await answers(COMPLETE);
    await ask(port, { path: '/a%20b?c=d', headers: { 'X-A': 'b' } });
    const types = responder.seen.map(({ type }) => type);
    expect(types).toEqual([TYPE.begin, TYPE.params, TYPE.params, TYPE.stdin]);
    expect(responder.seen.every(({ id }) => id === 1)).toBe(true);
    const params = readPairs(Buffer.from(responder.seen[1]?.text ?? '', 'latin1'));
    expect({ ...params }).toMatchObject({
      SCRIPT_NAME: '',
      PATH_INFO: '/a b',
      QUERY_STRING: 'c=d',
      HTTP_X_A: 'b',
    });
  });

  it.each([1, 65_535, 65_536, 3_000_000])('C53 a body of %i bytes arrives whole', async (length) => {
    const { responder, port } = await answers(COMPLETE);
    expect((await ask(port, { method: 'POST', path: '/', body: Buffer.alloc(length, 'b') })).status).toBe(
      200,
    );
    const body = responder.seen.filter(({ type }) => type === TYPE.stdin);
    expect(body.reduce((sum, { text }) => sum + text.length, 0)).toBe(length);
    expect(body.at(-1)?.text).toBe('');
  });
});

describe('what the client makes of an answer', () => {
  it('C54 one byte a segment', async () => {
    const { port } = await pair(async ({ socket }) => {
      for (const byte of COMPLETE) {
        socket.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    expect(await ask(port, { path: '/' })).toMatchObject({ status: 200, body: 'fine', complete: true });
  });

  it('C55 STDOUT split at every offset of head and body', async () => {
    const text = `Status: 201 Made\r\n${HEAD}fine`;
    let cut = 0;
    const { port } = await pair(({ socket }) => {
      cut += 1;
      socket.write(
        Buffer.concat([stdout(text.slice(0, cut), 1, 7), stdout(text.slice(cut)), stdout(''), end()]),
      );
    });
    const agent = new Agent({ keepAlive: true });
    for (let i = 1; i < text.length; i += 1) {
      expect(await ask(port, { path: '/', agent }), `cut at ${i}`).toMatchObject({
        status: 201,
        body: 'fine',
      });
    }
    agent.destroy();
  });

  it('C56 STDERR between STDOUT, 1 MiB of it, is logged up to its limit and corrupts nothing', async () => {
    const flood = Array.from({ length: 32 }, () => stderr('e'.repeat(32_768)));
    const { gateway, port } = await answers(
      Buffer.concat([stdout(HEAD), ...flood, stdout('fi'), stderr('x'), stdout('ne'), end()]),
    );
    expect(await ask(port, { path: '/' })).toMatchObject({ status: 200, body: 'fine' });
    await until(() => gateway.lines.some((line) => line.includes('bytes dropped')));
  });

  it.each([
    [1, 503],
    [2, 503],
    [3, 502],
  ])('C57 protocol status %i is answered with %i', async (protocolStatus, status) => {
    const { port } = await answers(end(0, protocolStatus));
    expect((await ask(port, { path: '/' })).status).toBe(status);
  });

  it('C57 an application status is logged; with a short body the response is cut', async () => {
    const whole = await answers(Buffer.concat([stdout(`Content-Length: 4\r\n${HEAD}fine`), end(3)]));
    expect(await ask(whole.port, { path: '/' })).toMatchObject({ status: 200, body: 'fine', complete: true });
    expect(whole.gateway.lines.join()).toContain('application status 3');
    const short = await pair(({ socket }) => {
      socket.write(stdout(`Content-Length: 10\r\n${HEAD}half`));
      setTimeout(() => socket.write(end(3)), 50);
    });
    expect((await ask(short.port, { path: '/' })).complete).toBe(false);
    expect(short.gateway.counters.truncated).toBe(1);
  });

  it('C58 closed before any header is a 502; after headers the response is cut', async () => {
    const early = await pair(({ socket }) => socket.end(stdout('Content-Ty')));
    expect((await ask(early.port, { path: '/' })).status).toBe(502);
    const late = await pair(({ socket }) => socket.end(stdout(`${HEAD}part`)));
    const answer = await ask(late.port, { path: '/' });
    expect(answer).toMatchObject({ status: 200, complete: false });
  });

  it('C62 records of another id are ignored', async () => {
    const { port } = await answers(Buffer.concat([stdout('no', 2), end(0, 0, 2), COMPLETE]));
    expect(await ask(port, { path: '/' })).toMatchObject({ status: 200, body: 'fine' });
  });

  it('C62 a wrong version closes the connection: 502', async () => {
    const { port } = await answers(Buffer.concat([Buffer.from([2]), COMPLETE.subarray(1)]));
    expect((await ask(port, { path: '/' })).status).toBe(502);
  });

  it.each(['garbage\n\n', 'Status: abc\n\n', 'X-A: a\x00b\n\n'])(
    'C35 C36 output %j is a 502',
    async (output) => {
      const { port } = await answers(Buffer.concat([stdout(output), end()]));
      expect((await ask(port, { path: '/' })).status).toBe(502);
    },
  );

  it('C40 HEAD has no body', async () => {
    const { port } = await answers(Buffer.concat([stdout(`Content-Length: 4\r\n${HEAD}fine`), end()]));
    const answer = await ask(port, { method: 'HEAD', path: '/' });
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(valuesOf(answer, 'content-length')).toEqual(['4']);
  });
});

describe('connections', () => {
  it('C59 a connection is used again after END_REQUEST', async () => {
    const { responder, port } = await answers(COMPLETE);
    for (let i = 0; i < 5; i += 1) expect((await ask(port, { path: '/' })).body).toBe('fine');
    expect(responder.connections()).toBe(1);
  });

  it('C59 with KEEP_CONN 0 every request has a connection of its own', async () => {
    const kept: boolean[] = [];
    const { responder, port } = await pair(
      ({ socket, keep }) => {
        kept.push(keep);
        socket.write(COMPLETE);
      },
      { keep: false },
    );
    for (let i = 0; i < 3; i += 1) expect((await ask(port, { path: '/' })).body).toBe('fine');
    expect(responder.connections()).toBe(3);
    expect(kept).toEqual([false, false, false]);
  });

  it.each([
    ['a record after the end', Buffer.concat([COMPLETE, stdout('extra')])],
    ['half a record after the end', Buffer.concat([COMPLETE, Buffer.from([1, 6, 0])])],
  ])('C59 a connection with %s is dropped', async (_, bytes) => {
    const { responder, port } = await answers(bytes);
    for (let i = 0; i < 3; i += 1) expect((await ask(port, { path: '/' })).body).toBe('fine');
    expect(responder.connections()).toBe(3);
  });

  it('C60 a GET on a connection that was closed meanwhile is tried once more', async () => {
    const { responder, port } = await pair(({ socket, connection, turn }) => {
      if (connection === 1 && turn === 2) socket.destroy();
      else socket.write(COMPLETE);
    });
    expect((await ask(port, { path: '/' })).status).toBe(200);
    expect((await ask(port, { path: '/' })).status).toBe(200);
    expect(responder.connections()).toBe(2);
  });

  it('C60 a POST whose bytes were sent is not tried again', async () => {
    const { port } = await pair(({ socket, turn }) => {
      if (turn === 2) socket.destroy();
      else socket.write(COMPLETE);
    });
    expect((await ask(port, { path: '/' })).status).toBe(200);
    expect((await ask(port, { method: 'POST', path: '/', body: 'x' })).status).toBe(502);
  });

  it('C60 a GET is not tried again when a part of its response had come, nor on a fresh connection', async () => {
    const part = await pair(({ socket, turn }) => {
      if (turn === 2) socket.end(stdout('Content-'));
      else socket.write(COMPLETE);
    });
    expect((await ask(part.port, { path: '/' })).status).toBe(200);
    expect((await ask(part.port, { path: '/' })).status).toBe(502);
    const fresh = await pair(({ socket }) => socket.destroy());
    expect((await ask(fresh.port, { path: '/' })).status).toBe(502);
    expect(fresh.responder.connections()).toBe(1);
  });

  it.each([true, false])(
    'C61 when the client leaves the request is aborted (responder answers: %s)',
    async (obeys) => {
      const { responder, gateway, port } = await pair(({ socket, connection }) => {
        socket.write(connection > 1 ? COMPLETE : stdout(`${HEAD}begun`));
        if (obeys) socket.on('data', () => socket.write(end()));
      });
      const client = connect({ host: '127.0.0.1', port });
      client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await new Promise((resolve) => client.once('data', resolve));
      client.destroy();
      await until(() => responder.seen.some(({ type }) => type === TYPE.abort));
      expect(gateway.counters.aborted).toBe(1);
      // Its connection is never used again.
      expect((await ask(port, { path: '/' })).body).toBe('fine');
      expect(responder.connections()).toBe(2);
    },
    10_000,
  );

  it('C64 two requests at a time use two connections', async () => {
    const { responder, port } = await pair(({ socket }) => setTimeout(() => socket.write(COMPLETE), 100));
    const both = await Promise.all([ask(port, { path: '/' }), ask(port, { path: '/' })]);
    expect(both.map(({ body }) => body)).toEqual(['fine', 'fine']);
    expect(responder.connections()).toBe(2);
    expect(responder.seen.every(({ id }) => id === 1)).toBe(true);
  });

  it('C49 never more connections than slots, also while requests queue', async () => {
    let now = 0;
    let most = 0;
    const { responder, port } = await pair(
      ({ socket }) => {
        now += 1;
        most = Math.max(most, now);
        setTimeout(() => {
          now -= 1;
          socket.write(COMPLETE);
        }, 5);
      },
      { slots: 3 },
    );
    const all = await Promise.all(Array.from({ length: 60 }, () => ask(port, { path: '/' })));
    expect(all.every(({ body }) => body === 'fine')).toBe(true);
    expect(most).toBe(3);
    expect(responder.connections()).toBe(3);
  });

  it('C70 a responder that is not there is a 502 with its reason', async () => {
    const gateway = await testGateway({
      kind: 'fastcgi',
      upstream: { kind: 'unix', path: '/nowhere/f.sock' },
      keep: true,
    });
    open.push(gateway);
    expect((await ask(gateway.port, { path: '/' })).status).toBe(502);
    expect(gateway.lines.join()).toContain('ENOENT');
  });
});
