/** Faults F3–F8 and F12 against the gateway: what a client sees, and what is left behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../core/paths.ts';
import { ask, until } from '../helpers/ask.ts';
import { type TestGateway, testGateway } from '../helpers/gateway.ts';

const MODE = {
  kind: 'cgi',
  root: join(PROJECT_ROOT, 'test/fixtures/cgi'),
  env: { PATH: '/usr/bin:/bin' },
} as const;
const LIMIT_MS = 400;
const dir = mkdtempSync(join(tmpdir(), 'gw-'));
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await testGateway(MODE, { requestTimeoutMs: LIMIT_MS });
});
afterAll(async () => {
  await gateway.stop();
  rmSync(dir, { recursive: true });
});

const lives = (pid: string) =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => !stat.includes(') Z '),
    () => false,
  );

describe('a program that fails', () => {
  it('F3 hangs before its headers: 504 at the limit', async () => {
    const began = performance.now();
    expect((await ask(gateway.port, { path: '/silent.sh' })).status).toBe(504);
    expect(performance.now() - began).toBeGreaterThan(LIMIT_MS - 50);
  });

  it.each(['/half.sh', '/half-unknown.sh'])(
    'F4 hangs after half its body (%s): cut, and counted',
    async (path) => {
      const before = gateway.counters.truncated;
      expect(await ask(gateway.port, { path })).toMatchObject({
        status: 200,
        body: 'half-',
        complete: false,
      });
      expect(gateway.counters.truncated).toBe(before + 1);
    },
  );

  it('F5 ends while a grandchild holds its output: the response ends within the grace, the grandchild too', async () => {
    await using patient = await testGateway(MODE);
    const note = join(dir, 'grandchild');
    const began = performance.now();
    expect(await ask(patient.port, { path: `/grandchild.sh?${note}` })).toMatchObject({
      body: 'fine',
      complete: true,
    });
    expect(performance.now() - began).toBeLessThan(3_000);
    const pid = (await readFile(note, 'utf8')).trim();
    await until(async () => !(await lives(pid)), 2_000);
  });

  it.each([
    ['garbage', 'what is this\n\n'],
    ['nothing', ''],
    ['too much', `X-A: ${'a'.repeat(70_000)}\n\n`],
  ])('F6 writes %s for headers: 502, and the log names the script', async (_, body) => {
    const answer = await ask(gateway.port, { method: 'POST', path: '/says.sh', body });
    expect(answer.status).toBe(502);
    expect(gateway.lines.at(-1)).toContain('/says.sh');
  });

  it('F7 exits with 3: 502 with the status in the log; after headers it is cut', async () => {
    expect((await ask(gateway.port, { path: '/fails-early.sh' })).status).toBe(502);
    expect(gateway.lines.join()).toContain('exit 3');
    expect((await ask(gateway.port, { path: '/fails-late.sh' })).complete).toBe(false);
  });

  it('F8 floods stderr: drained, and the log says what was dropped', async () => {
    await using patient = await testGateway(MODE);
    expect(await ask(patient.port, { path: '/loud.sh?256' })).toMatchObject({ status: 200, body: 'loud\n' });
    await until(() =>
      patient.lines.some((line) => line.endsWith(`[${(256 << 20) - (64 << 10)} bytes dropped]`)),
    );
    expect(patient.lines.join().length).toBeLessThan(70_000);
  });
});

describe('an upstream that fails', () => {
  it.each(['fastcgi', 'proxy'] as const)(
    'F12 accepts and never answers (%s): 504, and its socket is closed',
    async (kind) => {
      let open = 0;
      const server = createServer((socket) => {
        open += 1;
        socket.on('error', () => {});
        socket.on('close', () => (open -= 1));
        socket.resume();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const upstream = { kind: 'tcp', address: '127.0.0.1', port } as const;
      await using front = await testGateway({ kind, upstream, keep: true }, { requestTimeoutMs: LIMIT_MS });
      expect((await ask(front.port, { path: '/' })).status).toBe(504);
      expect(front.counters.timedOut).toBe(1);
      await until(() => open === 0);
      await new Promise((resolve) => server.close(resolve));
    },
  );

  it.each(['fastcgi', 'proxy'] as const)('F10 refuses (%s): 502', async (kind) => {
    const upstream = { kind: 'unix', path: join(dir, 'nobody') } as const;
    await using front = await testGateway({ kind, upstream, keep: true });
    expect((await ask(front.port, { path: '/' })).status).toBe(502);
  });
});
