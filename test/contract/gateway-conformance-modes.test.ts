/** The gateway's program and its other modes: one handler, the same answers whichever way it is reached. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIST, PROJECT_ROOT } from '../../core/paths.ts';
import type { GatewayMode } from '../../servers/hosts/gateway/config.ts';
import { ask, askRaw, until, valuesOf } from '../helpers/ask.ts';
import { testGateway } from '../helpers/gateway.ts';

const ENTRIES = join(DIST, 'servers/entries');
const HANDLER = join(PROJECT_ROOT, 'test/fixtures/handlers/simple.mjs');
const dir = mkdtempSync(join(tmpdir(), 'gw-'));
const children: ChildProcess[] = [];

function start(entry: string, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [join(ENTRIES, entry), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
  });
  child.stderr?.setEncoding('utf8');
  children.push(child);
  return child;
}

const unix = (name: string) => ({ kind: 'unix', path: join(dir, name) }) as const;

beforeAll(async () => {
  const script = join(dir, 'root/node-cgi.mjs');
  mkdirSync(join(dir, 'root'));
  writeFileSync(
    script,
    `#!${process.execPath}
import { serveOnce } from ${JSON.stringify(pathToFileURL(join(ENTRIES, 'node-cgi.js')).href)};
import handler from ${JSON.stringify(pathToFileURL(HANDLER).href)};
serveOnce(handler);
`,
  );
  chmodSync(script, 0o755);
  start('node-pool.js', HANDLER, `unix:${unix('pool').path}`, '2');
  start('node-fastcgi.js', HANDLER, `unix:${unix('fcgi').path}`, '2');
  for (const name of ['pool', 'fcgi']) {
    await until(
      () =>
        new Promise<boolean>((resolve) => {
          const socket = connect(unix(name).path);
          socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
          socket.once('connect', () => socket.destroy());
        }),
      15_000,
    );
  }
});
afterAll(async () => {
  for (const child of children) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await gone;
  }
  rmSync(dir, { recursive: true });
});

const MODES: readonly [name: string, basePath: string, mode: GatewayMode][] = [
  ['cgi', '/node-cgi.mjs', { kind: 'cgi', root: join(dir, 'root'), env: { PATH: '/usr/bin:/bin' } }],
  ['fastcgi', '', { kind: 'fastcgi', upstream: unix('fcgi'), keep: true }],
  ['in-process', '', { kind: 'in-process', module: HANDLER }],
  ['proxy', '', { kind: 'proxy', upstream: unix('pool'), keep: true }],
];

describe.each(MODES)('a handler reached by %s', (_, basePath, mode) => {
  it('C77 answers as by every other way', async () => {
    await using gateway = await testGateway(mode);
    const get = (path: string, method = 'GET', body?: Buffer) =>
      ask(gateway.port, { method, path: basePath + path, headers: { 'X-A': 'b' }, ...(body && { body }) });
    const hello = await get('/hello');
    expect(hello).toMatchObject({ status: 200, body: 'Hello, world!\n', complete: true });
    expect(valuesOf(hello, 'content-length')).toEqual(['14']);
    expect(valuesOf(hello, 'content-type')).toEqual(['text/plain']);
    expect(await get('/hello', 'HEAD')).toMatchObject({ status: 200, body: '' });
    const env = JSON.parse((await get('/env?a=%20b')).body);
    expect(env).toMatchObject({ method: 'GET', url: '/env?a=%20b', headers: { 'x-a': 'b' } });
    expect((await get('/echo', 'POST', Buffer.alloc(300_000))).body).toBe('300000');
    expect((await get('/echo', 'POST', Buffer.alloc(0))).body).toBe('0');
    expect((await get('/big')).body.length).toBe(20_000_000);
    expect(valuesOf(await get('/cookies'), 'set-cookie')).toEqual(['a=1', 'b=2']);
    expect(await get('/nothing')).toMatchObject({ status: 404, body: 'not found\n' });
    expect((await get('/boom')).status).toBe(500);
    const late = await get('/late-boom').catch(() => null);
    expect(late?.complete === true && late.status === 200).toBe(false);
    expect((await get('/hello')).status).toBe(200);
  });

  it('C81 C86 the front’s hygiene holds, and what the client forwards is not believed', async () => {
    await using gateway = await testGateway(mode, { bodyBytes: 10 });
    const two = `GET ${basePath}/hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`;
    expect(await askRaw(gateway.port, two)).toMatch(/^HTTP\/1.1 400/);
    const body = Buffer.alloc(11);
    expect((await ask(gateway.port, { method: 'POST', path: `${basePath}/echo`, body })).status).toBe(413);
    if (mode.kind !== 'proxy') return;
    const answer = await ask(gateway.port, {
      path: '/env',
      headers: { 'X-Forwarded-For': '6.6.6.6', 'X-Real-IP': '6' },
    });
    const { headers } = JSON.parse(answer.body);
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1' });
    expect(headers).not.toHaveProperty('x-real-ip');
  });
});

describe('files', () => {
  it('are answered by name only, and only inside their folder', async () => {
    const root = join(dir, 'documents');
    mkdirSync(join(root, 'sub'), { recursive: true });
    writeFileSync(join(root, 'hello'), 'Hello, world!\n');
    writeFileSync(join(root, 'sub/large.bin'), Buffer.alloc(300_000, 'x'));
    await using gateway = await testGateway({ kind: 'files', root });
    const hello = await ask(gateway.port, { path: '/hello?x' });
    expect(hello).toMatchObject({ status: 200, body: 'Hello, world!\n' });
    expect(valuesOf(hello, 'content-type')).toEqual(['text/plain; charset=utf-8']);
    expect(await ask(gateway.port, { path: '/hello', method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
    });
    expect((await ask(gateway.port, { path: '/sub/large.bin' })).body.length).toBe(300_000);
    expect((await ask(gateway.port, { path: '/hello', method: 'POST', body: 'x' })).status).toBe(405);
    for (const path of ['/', '/sub', '/nothing', '/sub/../hello', '/%2e%2e/etc/passwd', '/..%2fx']) {
      expect(await askRaw(gateway.port, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`, 100)).toMatch(
        /^HTTP\/1.1 404/,
      );
    }
  });
});

describe('the proxy', () => {
  it('cuts a response that its upstream cut, and tries a GET again on a kept connection that was closed', async () => {
    let requests = 0;
    const upstream = createHttpServer((request, response) => {
      requests += 1;
      if (request.url === '/half') {
        response.writeHead(200, { 'Content-Length': '10' });
        response.write('half-', () => response.destroy());
      } else if (requests === 2) response.destroy();
      else response.end('fine');
    });
    await new Promise<void>((resolve) => upstream.listen(unix('up').path, resolve));
    await using gateway = await testGateway({ kind: 'proxy', upstream: unix('up'), keep: true });
    expect((await ask(gateway.port, { path: '/' })).body).toBe('fine');
    expect((await ask(gateway.port, { path: '/' })).body).toBe('fine');
    expect(requests).toBe(3);
    expect((await ask(gateway.port, { path: '/half' })).complete).toBe(false);
    expect(gateway.counters.truncated).toBe(1);
    upstream.close();
    upstream.closeAllConnections();
  });
});

describe('the proxy, further', () => {
  it('takes a HEAD as complete with its head, whatever the upstream sends after it', async () => {
    const upstream = createNetServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'));
    });
    await new Promise<void>((resolve) => upstream.listen(unix('head').path, resolve));
    await using gateway = await testGateway({ kind: 'proxy', upstream: unix('head'), keep: true });
    for (let i = 0; i < 3; i += 1) {
      expect(await ask(gateway.port, { method: 'HEAD', path: '/' })).toMatchObject({
        status: 200,
        complete: true,
      });
    }
    upstream.close();
  });

  it('uses each connection once where the upstream closes without saying so', async () => {
    let connections = 0;
    const upstream = createNetServer((socket) => {
      connections += 1;
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine');
        setTimeout(() => socket.end(), 5);
      });
    });
    await new Promise<void>((resolve) => upstream.listen(unix('once').path, resolve));
    const mode = { kind: 'proxy', upstream: unix('once'), keep: false } as const;
    await using gateway = await testGateway(mode, { slots: 2 });
    const all = Array.from({ length: 40 }, () => ask(gateway.port, { method: 'POST', path: '/', body: 'x' }));
    for (const answer of await Promise.all(all)) expect(answer).toMatchObject({ status: 200, body: 'fine' });
    expect(connections).toBe(40);
    upstream.close();
  });
});

describe('the gateway’s program', () => {
  it('serves from its configuration file, lets a request end at SIGTERM, says its counts and exits 0', async () => {
    const file = join(dir, 'gateway.json');
    const probe = createHttpServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const address = probe.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => probe.close(resolve));
    const limits = { requestTimeoutMs: 5_000, bodyBytes: 1_000 };
    const mode = { kind: 'in-process', module: HANDLER };
    writeFileSync(file, JSON.stringify({ address: '127.0.0.1', port, limits, slots: 1, mode }));
    const child = start('gateway.js', file);
    let said = '';
    child.stderr?.on('data', (text: string) => (said += text));
    await until(
      () =>
        ask(port, { path: '/hello' }).then(
          () => true,
          () => false,
        ),
      15_000,
    );
    const slow = ask(port, { path: '/slow' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const exit = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    expect((await slow).body).toBe('slow\n');
    expect(await exit).toBe(0);
    expect(said).toContain('"requests":2');
  });
});
