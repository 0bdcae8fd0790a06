/** CGI items of docs/conformance.md that need a process, against scripts with one habit each. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../core/paths.ts';
import { createCgiMode } from '../../servers/hosts/gateway/cgi-mode.ts';
import { newCounters } from '../../servers/hosts/gateway/exchange.ts';
import { openFront } from '../../servers/hosts/gateway/front.ts';
import { type Answer, ask, askRaw, until, valuesOf } from '../helpers/ask.ts';
import { type TestGateway, testGateway } from '../helpers/gateway.ts';

const ROOT = join(PROJECT_ROOT, 'test/fixtures/cgi');
const MODE = { kind: 'cgi', root: ROOT, env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' } } as const;
const dir = mkdtempSync(join(tmpdir(), 'gw-'));
let gateway: TestGateway;
let port = 0;

beforeAll(async () => {
  process.env.LAB_TEST_SECRET = 'leak';
  gateway = await testGateway(MODE);
  port = gateway.port;
});
afterAll(async () => {
  delete process.env.LAB_TEST_SECRET;
  await gateway.stop();
  rmSync(dir, { recursive: true });
});

/** A script that answers with these bytes, header block and all. */
const says = (output: string, method = 'POST'): Promise<Answer> =>
  ask(port, { method, path: '/says.sh', body: Buffer.from(output, 'latin1') });

/** The environment that a script saw. */
async function seen(
  path: string,
  headers: Record<string, string | string[]> = {},
): Promise<Map<string, string>> {
  const answer = await ask(port, { path, headers });
  return new Map(
    answer.body.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
}

describe('the request as a program sees it', () => {
  it('C1–C10 the variables of a request with extra path and query', async () => {
    const variables = await seen('/env.sh/a%20b//c?x=%2F+;');
    expect(Object.fromEntries(variables)).toMatchObject({
      GATEWAY_INTERFACE: 'CGI/1.1',
      REQUEST_METHOD: 'GET',
      QUERY_STRING: 'x=%2F+;',
      SCRIPT_NAME: '/env.sh',
      PATH_INFO: '/a b//c',
      PATH_TRANSLATED: `${ROOT}/a b//c`,
      SERVER_NAME: '127.0.0.1',
      SERVER_PORT: String(port),
      SERVER_PROTOCOL: 'HTTP/1.1',
      REMOTE_ADDR: '127.0.0.1',
    });
    expect(variables.has('CONTENT_LENGTH')).toBe(false);
  });

  it('C5 C22 bytes of UTF-8 reach the program as they are', async () => {
    expect((await seen('/env.sh/%C3%A9', { 'X-A': '\xc3\xbc' })).get('PATH_INFO')).toBe('/\xc3\xa9');
    expect((await seen('/env.sh', { 'X-A': '\xc3\xbc' })).get('HTTP_X_A')).toBe('\xc3\xbc');
    expect((await ask(port, { path: '/env.sh/%E9' })).status).toBe(400);
  });

  it('C16 a folded header is refused', async () => {
    expect(await askRaw(port, 'GET /env.sh HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n')).toMatch(
      /^HTTP\/1.1 400/,
    );
  });

  it('C18 C19 C20 credentials, Proxy and odd names do not reach the program', async () => {
    const variables = await seen('/env.sh', {
      Authorization: 'Basic x',
      Proxy: 'http://evil',
      X_A: '1',
      'X-B': '2',
    });
    expect(variables.get('HTTP_X_B')).toBe('2');
    for (const name of ['HTTP_AUTHORIZATION', 'HTTP_PROXY', 'HTTP_X_A'])
      expect(variables.has(name)).toBe(false);
  });

  it('C21 nothing of the gateway’s own environment reaches the program', async () => {
    const variables = await seen('/env.sh');
    expect(variables.has('LAB_TEST_SECRET')).toBe(false);
    expect(variables.has('NODE_OPTIONS')).toBe(false);
    expect(variables.get('PATH')).toBe('/usr/bin:/bin');
  });

  it('C22 a header that looks like a shell function is not evaluated', async () => {
    const probe = join(dir, 'probe');
    const value = `() { :;}; touch ${probe}`;
    expect((await seen('/env.sh', { 'User-Agent': value })).get('HTTP_USER_AGENT')).toBe(value);
    expect(existsSync(probe)).toBe(false);
  });

  it('C23 the query gives no arguments', async () => {
    expect((await seen('/env.sh?one+two')).get('ARGC')).toBe('0');
  });

  it.each([0, 1, 5, 100_000])('C24 a program can read its input of %i bytes to the end', async (length) => {
    const answer = await ask(port, { method: 'POST', path: '/reads-to-end.sh', body: 'x'.repeat(length) });
    expect(answer.body).toBe(`${length}\n`);
  });

  it('C24 without a body the input is at its end at once', async () => {
    expect((await ask(port, { path: '/reads-to-end.sh' })).body).toBe('0\n');
  });

  it('C25 a program that ignores its input of 1 MiB is answered for, and the connection serves on', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 3; i += 1) {
      const answer = await ask(port, {
        method: 'POST',
        path: '/no-stdin.sh',
        body: Buffer.alloc(1 << 20),
        agent,
      });
      expect(answer).toMatchObject({ status: 200, body: 'done\n', complete: true });
    }
    agent.destroy();
  });

  it('C26 a program runs in its own folder', async () => {
    expect((await seen('/env.sh')).get('CWD')).toBe(ROOT);
  });

  it.each([
    ['/../package.json', 404],
    ['/%2e%2e/package.json', 404],
    ['/env.sh/../../x', 404],
    ['/env.sh%00', 400],
    ['/..%2fpackage.json', 404],
    ['/nothing', 404],
    ['/', 404],
  ])('C26 %s is answered with %i', async (path, status) => {
    expect(await askRaw(port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)).toMatch(
      new RegExp(`^HTTP/1.1 ${status} `),
    );
  });

  it('C26 a link out of the script root is not followed', async () => {
    const root = join(dir, 'root');
    mkdirSync(root);
    symlinkSync(join(ROOT, 'hello.sh'), join(root, 'out.sh'));
    await using other = await testGateway({ ...MODE, root });
    expect((await ask(other.port, { path: '/out.sh' })).status).toBe(403);
  });

  it.each(['/data.txt', '/plain.sh', '/no-magic'])(
    'C27 %s is not executed, and its text not shown',
    async (path) => {
      const answer = await ask(port, { path });
      expect(answer).toMatchObject({ status: 403, body: 'forbidden\n' });
    },
  );
});

describe('the response of a program', () => {
  it('C28 is passed with 200 and its type', async () => {
    const answer = await says('Content-Type: text/plain;  x=y\n\nbody');
    expect(answer).toMatchObject({ status: 200, body: 'body', complete: true });
    expect(valuesOf(answer, 'content-type')).toEqual(['text/plain;  x=y']);
  });

  it('C29 gets no type when the program gave none', async () => {
    const answer = await says('X-A: b\n\nbody');
    expect(answer).toMatchObject({ status: 200, body: 'body' });
    expect(valuesOf(answer, 'content-type')).toEqual([]);
  });

  it('C30 has the status that the program gave', async () => {
    expect(await says('Status: 404 Lost\nContent-Type: a/b\n\nx')).toMatchObject({
      status: 404,
      reason: 'Lost',
    });
  });

  it('C31 has no body with 204 and 304', async () => {
    for (const status of [204, 304]) {
      expect(await says(`Status: ${status}\nX-A: b\n\nbody`)).toMatchObject({
        status,
        body: '',
        complete: true,
      });
    }
  });

  it('C32 a local redirect is processed as if the client had asked for it', async () => {
    expect(await ask(port, { path: '/redirect.sh?/hello.sh' })).toMatchObject({
      status: 200,
      body: 'Hello, world!\n',
    });
    expect((await ask(port, { path: '/redirect.sh?/../x' })).status).toBe(404);
    expect((await ask(port, { path: '/redirect.sh?/redirect.sh' })).body).toBe('');
  });

  it('C34 separate Set-Cookie fields stay separate', async () => {
    const answer = await says('Content-Type: a/b\nSet-Cookie: a=1\nSet-Cookie: b=2\n\n');
    expect(valuesOf(answer, 'set-cookie')).toEqual(['a=1', 'b=2']);
  });

  it.each([
    ['C30', 'Status: abc\n\n'],
    ['C31', 'Status: 100 Continue\n\n'],
    ['C34', 'Content-Type: a/b\nContent-Type: c/d\n\n'],
    ['C35', 'Content-Type: a/b\n folded\n\n'],
    ['C35', 'Content-Type : a/b\n\n'],
    ['C36', 'Content-Type: a/b\nX-A: a\x00b\n\n'],
    ['C36', 'Content-Type: a/b\nX-A: a\rSet-Cookie: c=d\n\n'],
    ['C41', `Content-Type: a/b\nX-A: ${'a'.repeat(70_000)}\n\n`],
    ['C41', `Content-Type: a/b\n${'X-A: b\n'.repeat(100)}\n`],
    ['C42', 'this is no header\n\nbody'],
    ['C42', 'Content-Type: a/b\n'],
    ['C42', ''],
  ])('%s %j is answered with 502', async (_, output) => {
    const answer = await says(output);
    expect(answer).toMatchObject({ status: 502, body: 'bad gateway\n' });
    expect(answer.headers.some(([name]) => name === 'x-a' || name === 'set-cookie')).toBe(false);
  });

  it('C36 the gateway goes on after each of them', async () => {
    expect((await ask(port, { path: '/hello.sh' })).status).toBe(200);
  });

  it('C37 the program cannot frame the connection', async () => {
    const answer = await says('Content-Type: a/b\nTransfer-Encoding: chunked\nConnection: close\n\nok');
    expect(answer).toMatchObject({ status: 200, body: 'ok', complete: true });
    expect(valuesOf(answer, 'upgrade')).toEqual([]);
  });

  it('C38 a body shorter than its length is never complete', async () => {
    const before = gateway.counters.truncated;
    const answer = await says('Content-Type: a/b\nContent-Length: 10\n\nab');
    expect(answer.complete).toBe(false);
    expect(gateway.counters.truncated).toBe(before + 1);
  });

  it('C38 bytes over the length are dropped, and the connection closed', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = 'Content-Type: a/b\nContent-Length: 2\n\nabcdefg';
    const answer = await ask(port, { method: 'POST', path: '/says.sh', body, agent });
    expect(answer).toMatchObject({ status: 200, body: 'ab', complete: true });
    await until(() => Object.keys(agent.freeSockets).length === 0);
    agent.destroy();
  });

  it('C39 an empty body has no length and a length of two values is refused', async () => {
    const raw = await askRaw(port, 'POST /env.sh HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\nab');
    expect(raw).toMatch(/^HTTP\/1.1 400/);
  });

  it('C40 HEAD has the headers of GET and no body', async () => {
    const [get, head] = await Promise.all([
      ask(port, { path: '/hello.sh' }),
      ask(port, { path: '/hello.sh', method: 'HEAD' }),
    ]);
    expect(head).toMatchObject({ status: 200, body: '' });
    for (const name of ['content-type', 'content-length'])
      expect(valuesOf(head, name)).toEqual(valuesOf(get, name));
  });

  it('C42 exit 3 before any header is a 502, logged with status and stderr', async () => {
    expect((await ask(port, { path: '/fails-early.sh' })).status).toBe(502);
    expect(gateway.lines.some((line) => line.includes('exit 3') && line.includes('no database'))).toBe(true);
  });

  it.each(['/fails-late.sh', '/killed.sh'])(
    'C43 %s fails after its headers: the connection is cut',
    async (path) => {
      const before = gateway.counters.truncated;
      const answer = await ask(port, { path });
      expect(answer.complete).toBe(false);
      expect(gateway.counters.truncated).toBe(before + 1);
    },
  );

  it('C44 1 MiB on stderr stops nothing and is not shown', async () => {
    expect(await ask(port, { path: '/loud.sh?1' })).toMatchObject({ status: 200, body: 'loud\n' });
    await until(() =>
      gateway.lines.some((line) => line.includes(`[${(1 << 20) - (64 << 10)} bytes dropped]`)),
    );
  });

  it('C45 the first bytes come before the program ends', async () => {
    const go = join(dir, 'go');
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.write(`GET /streams.sh?${go} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    await until(() => text.includes('first'));
    expect(text).not.toContain('second');
    writeFileSync(go, '');
    await until(() => text.includes('second') && text.endsWith('0\r\n\r\n'));
    socket.destroy();
  });

  it('C45 a slow client holds the program back, not the gateway’s memory', async () => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.write('GET /big.sh?256 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => socket.once('readable', resolve));
    const before = process.memoryUsage().rss;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 * 1024);
    let bytes = 0;
    socket.on('data', (chunk) => (bytes += chunk.length));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(bytes).toBeGreaterThan(256 * 1024 * 1024);
  });
});

/** Processes whose group leader is a child of this one, as (pid, state, command). */
async function processesOf(name: string): Promise<string[]> {
  const { readdir } = await import('node:fs/promises');
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^[0-9]+$/.test(pid)) continue;
    const [cmdline, stat] = await Promise.all(
      ['cmdline', 'stat'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    );
    const zombie = stat?.includes(`) Z ${process.pid} `) === true;
    if (cmdline?.includes(name) === true || zombie) found.push(`${pid} ${zombie ? 'Z' : ''} ${cmdline}`);
  }
  return found;
}

describe('limits', () => {
  it('C47 over the time limit the whole group is ended: 504 without headers', async () => {
    await using short = await testGateway(MODE, { requestTimeoutMs: 300 });
    const began = performance.now();
    expect((await ask(short.port, { path: '/stubborn.sh' })).status).toBe(504);
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(short.counters.timedOut).toBe(1);
    // TERM is ignored; KILL follows after 2 s.
    await until(async () => (await processesOf('stubborn.sh')).length === 0, 4_000);
  });

  it('C48 a program is ended when its client leaves', async () => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.write('GET /silent.sh HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(async () => (await processesOf('sleep\u000098765')).length > 0);
    const before = gateway.counters.aborted;
    socket.destroy();
    await until(() => gateway.counters.aborted > before, 1_000);
    await until(async () => (await processesOf('sleep\u000098765')).length === 0, 1_000);
  });

  it('C48 a thousand aborted requests leave no zombie', async () => {
    const before = gateway.counters.requests;
    for (let batch = 0; batch < 50; batch += 1) {
      const sockets = Array.from({ length: 20 }, () => connect({ host: '127.0.0.1', port }));
      for (const socket of sockets) socket.write('GET /silent.sh HTTP/1.1\r\nHost: a\r\n\r\n');
      await until(() => gateway.counters.requests >= before + (batch + 1) * 20);
      for (const socket of sockets) socket.destroy();
    }
    await until(async () => (await processesOf('sleep\u000098765')).length === 0, 20_000);
    expect((await ask(port, { path: '/hello.sh' })).status).toBe(200);
  });

  it('C49 beyond the slots requests wait in a bounded queue; beyond that they are refused', async () => {
    const counters = newCounters();
    const mode = await createCgiMode({
      root: ROOT,
      env: MODE.env,
      address: '127.0.0.1',
      port: () => 0,
      slots: 2,
      queueLimit: 3,
      timeLimitMs: 10_000,
      counters,
      log: () => {},
    });
    const limits = { requestTimeoutMs: 10_000, bodyBytes: 0 };
    const front = await openFront({ address: '127.0.0.1', port: 0, limits }, mode, counters);
    const go = join(dir, 'go-on');
    const waiting = Array.from({ length: 5 }, () => ask(front.port, { path: `/waits.sh?${go}` }));
    await until(() => counters.requests === 5);
    const refused = await ask(front.port, { path: '/hello.sh' });
    expect(refused.status).toBe(503);
    expect(valuesOf(refused, 'retry-after')).toEqual(['1']);
    expect((await processesOf('waits.sh')).length).toBe(2);
    writeFileSync(go, '');
    for (const answer of await Promise.all(waiting)) expect(answer.body).toBe('waited');
    await front.stop();
  });
});

describe('the front', () => {
  it.each([
    ['two Hosts', 'GET /hello.sh HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n'],
    ['no Host', 'GET /hello.sh HTTP/1.1\r\n\r\n'],
    [
      'a length and chunks',
      'POST /hello.sh HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a space before the colon', 'GET /hello.sh HTTP/1.1\r\nHost : a\r\n\r\n'],
  ])('C78 C80 C81 a request with %s is a bad request', async (_, bytes) => {
    expect(await askRaw(port, bytes)).toMatch(/^HTTP\/1.1 400/);
  });

  it('C11 a body of unknown length is refused', async () => {
    const bytes = 'POST /says.sh HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await askRaw(port, bytes)).toMatch(/^HTTP\/1.1 411/);
  });

  it('C85 TRACE is refused', async () => {
    expect(await askRaw(port, 'TRACE /hello.sh HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 405/);
  });
});
