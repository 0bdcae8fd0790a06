/** FastCGI items of docs/conformance.md for our responder, as the program that backends start. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIST, PROJECT_ROOT } from '../../core/paths.ts';
import { encodeAbort, encodeRequest, encodeStdin } from '../../servers/protocols/fastcgi/client.ts';
import { readPairs } from '../../servers/protocols/fastcgi/pairs.ts';
import { encodeRecord, TYPE } from '../../servers/protocols/fastcgi/record.ts';
import { ask, until, valuesOf } from '../helpers/ask.ts';
import { testGateway } from '../helpers/gateway.ts';
import { speak } from '../helpers/responder.ts';

const ENTRY = join(DIST, 'servers/entries/node-fastcgi.js');
const HANDLER = join(PROJECT_ROOT, 'test/fixtures/handlers/simple.mjs');
const dir = mkdtempSync(join(tmpdir(), 'gw-'));
const started: ChildProcess[] = [];

interface Started {
  child: ChildProcess;
  exit: Promise<number | null>;
}

function start(
  place: string,
  processes: number,
  more: { env?: Record<string, string>; fd0?: number } = {},
): Started {
  const child = spawn(process.execPath, [ENTRY, HANDLER, place, String(processes)], {
    env: { PATH: '/usr/bin:/bin', ...more.env },
    stdio: [more.fd0 ?? 'ignore', 'ignore', 'pipe'],
  });
  child.stderr?.resume();
  started.push(child);
  return { child, exit: new Promise((resolve) => child.once('exit', (code) => resolve(code))) };
}

/** Node has no public way to hand a listening socket to a program that is not Node's own child protocol. */
const descriptorOf = (server: Server): number =>
  (server as unknown as { _handle: { fd: number } })._handle.fd;

const answersAt = (at: { path: string } | { host: string; port: number }) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(at);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

async function listening(name: string, processes = 1, env: Record<string, string> = {}) {
  const path = join(dir, name);
  const one = start(`unix:${path}`, processes, { env });
  await until(() => answersAt({ path }), 15_000);
  return { ...one, path };
}

let shared: Awaited<ReturnType<typeof listening>>;
beforeAll(async () => {
  shared = await listening('shared');
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

const request = (path: string, more: Record<string, string> = {}, keepConnection = true) =>
  encodeRequest(
    1,
    { REQUEST_METHOD: 'GET', PATH_INFO: path, SERVER_PROTOCOL: 'HTTP/1.1', ...more },
    { keepConnection, hasBody: more.CONTENT_LENGTH !== undefined },
  );

describe('the responder', () => {
  it('answers on a kept connection, and closes one that is not to be kept', async () => {
    const { socket, answer } = speak({ path: shared.path });
    socket.write(request('/hello'));
    await until(() => answer.ends.length === 1);
    expect(answer.stdout).toBe(
      'Status: 200\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nHello, world!\n',
    );
    expect(answer.ends[0]).toEqual({ id: 1, appStatus: 0, protocolStatus: 0 });
    socket.write(request('/hello', {}, false));
    await until(() => answer.ends.length === 2 && answer.closed);
  });

  it('C65 answers GET_VALUES, unknown types and unknown roles', async () => {
    const { socket, answer } = speak({ path: shared.path });
    socket.write(encodeRecord(TYPE.getValues, 0, Buffer.from('\x0f\x00FCGI_MPXS_CONNS\x01\x00X')));
    socket.write(encodeRecord(77, 0, Buffer.alloc(0)));
    socket.write(encodeRecord(TYPE.begin, 5, Buffer.from([0, 3, 1, 0, 0, 0, 0, 0])));
    await until(() => answer.others.length === 2 && answer.ends.length === 1);
    expect({ ...readPairs(answer.others[0]?.content ?? Buffer.alloc(0)) }).toEqual({ FCGI_MPXS_CONNS: '0' });
    expect(answer.others[1]).toMatchObject({ type: TYPE.unknown, id: 0 });
    expect(answer.ends[0]).toMatchObject({ id: 5, protocolStatus: 3 });
    socket.destroy();
  });

  it('C67 a second request on the connection sees nothing of the first', async () => {
    const { socket, answer } = speak({ path: shared.path });
    socket.write(request('/env', { HTTP_SECRET: 's', CONTENT_LENGTH: '4' }));
    socket.write(encodeStdin(1, Buffer.from('body'), false));
    await until(() => answer.ends.length === 1);
    answer.stdout = '';
    socket.write(encodeStdin(1, Buffer.alloc(0), true));
    socket.write(request('/env', { HTTP_OTHER: 'o' }));
    await until(() => answer.ends.length === 2);
    expect(JSON.parse(answer.stdout.split('\r\n\r\n')[1] ?? '')).toMatchObject({ headers: { other: 'o' } });
    expect(answer.stdout).not.toContain('secret');
    socket.destroy();
  });

  it('C69 a STDIN shorter than CONTENT_LENGTH is the end of the body', async () => {
    const { socket, answer } = speak({ path: shared.path });
    socket.write(request('/echo', { REQUEST_METHOD: 'POST', CONTENT_LENGTH: '100' }));
    socket.write(encodeStdin(1, Buffer.from('short'), false));
    socket.write(encodeStdin(1, Buffer.alloc(0), true));
    await until(() => answer.ends.length === 1);
    expect(answer.stdout).toMatch(/\r\n\r\n5$/);
    socket.destroy();
  });

  it('C61 an aborted request is ended', async () => {
    const { socket, answer } = speak({ path: shared.path });
    socket.write(request('/slow'));
    socket.write(encodeAbort(1));
    await until(() => answer.ends.length === 1, 300);
    socket.destroy();
  });

  it('C98 lengths of 2^31 − 1 close the connection and nothing else (CVE-2025-23016)', async () => {
    const { socket, answer } = speak({ path: shared.path });
    socket.write(encodeRecord(TYPE.begin, 1, Buffer.from([0, 1, 1, 0, 0, 0, 0, 0])));
    socket.write(encodeRecord(TYPE.params, 1, Buffer.from('\xff\xff\xff\xff\xff\xff\xff\xffA', 'latin1')));
    socket.write(encodeRecord(TYPE.params, 1, Buffer.alloc(0)));
    await until(() => answer.closed);
    expect(await answersAt({ path: shared.path })).toBe(true);
  });

  it('C66 serves on descriptor 0, with one process and with two', async () => {
    for (const processes of [1, 2]) {
      const listener = createServer();
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
      const address = listener.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const one = start('fd:0', processes, { fd0: descriptorOf(listener) });
      // Only the child accepts from now on.
      listener.close();
      const { socket, answer } = speak({ host: '127.0.0.1', port });
      socket.write(request('/hello'));
      await until(() => answer.ends.length === 1, 15_000);
      expect(answer.stdout).toContain('Hello, world!');
      socket.destroy();
      one.child.kill('SIGTERM');
      expect(await one.exit).toBe(0);
    }
  }, 40_000);

  it('C66 closes at once for a peer that FCGI_WEB_SERVER_ADDRS does not name', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const address = free.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => free.close(resolve));
    start(`tcp:127.0.0.1:${port}`, 1, { env: { FCGI_WEB_SERVER_ADDRS: '10.0.0.1,10.0.0.2' } });
    await until(() => answersAt({ host: '127.0.0.1', port }), 15_000);
    const { socket, answer } = speak({ host: '127.0.0.1', port });
    socket.write(request('/hello'));
    await until(() => answer.closed);
    expect(answer.stdout).toBe('');
  });

  it.each(['SIGTERM', 'SIGUSR1'] as const)(
    'C68 %s lets the request under way end, then exits 0',
    async (signal) => {
      const one = await listening(`stop-${signal}`);
      const { socket, answer } = speak({ path: one.path });
      socket.write(request('/slow'));
      await new Promise((resolve) => setTimeout(resolve, 100));
      one.child.kill(signal);
      expect(await one.exit).toBe(0);
      expect(answer.stdout).toMatch(/slow\n$/);
    },
  );

  it('C68 so do several processes, of which each served', async () => {
    const one = await listening('several', 3);
    const pids = new Set<unknown>();
    await until(async () => {
      const { socket, answer } = speak({ path: one.path });
      socket.write(request('/env'));
      await until(() => answer.ends.length === 1);
      socket.destroy();
      pids.add(JSON.parse(answer.stdout.split('\r\n\r\n')[1] ?? '{}').pid);
      return pids.size === 3;
    }, 15_000);
    one.child.kill('SIGTERM');
    expect(await one.exit).toBe(0);
  });
});

describe('a handler behind the gateway’s client and our responder', () => {
  it('answers as behind an HTTP server', async () => {
    await using gateway = await testGateway({
      kind: 'fastcgi',
      upstream: { kind: 'unix', path: shared.path },
      keep: true,
    });
    const at = gateway.port;
    const env = JSON.parse((await ask(at, { path: '/env?a=%20b', headers: { 'X-A': 'b' } })).body);
    expect(env).toMatchObject({ method: 'GET', url: '/env?a=%20b', headers: { 'x-a': 'b' } });
    const echo = await ask(at, { method: 'POST', path: '/echo', body: Buffer.alloc(3_000_000) });
    expect(echo.body).toBe('3000000');
    expect((await ask(at, { path: '/big' })).body.length).toBe(20_000_000);
    expect(valuesOf(await ask(at, { path: '/cookies' }), 'set-cookie')).toEqual(['a=1', 'b=2']);
    expect((await ask(at, { path: '/boom' })).status).toBe(500);
    // Cut, or an error where the failure came in time: never a complete 200.
    const late = await ask(at, { path: '/late-boom' }).catch(() => null);
    expect(late?.complete === true && late.status === 200).toBe(false);
    expect(await ask(at, { path: '/nothing' })).toMatchObject({ status: 404, body: 'not found\n' });
    expect(await ask(at, { path: '/hello', method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });
});
