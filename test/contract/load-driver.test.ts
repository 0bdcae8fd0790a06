/** The driver as a process: compiled, forked, spoken to, and ended. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDriver, type WindowSpec } from '../../runner/load/driver.ts';
import { HELLO, response, scriptedServer } from '../unit/runner/load/scripted-server.ts';

const never = (): AbortSignal => new AbortController().signal;

function spec(endpoint: WindowSpec['endpoint'], over: Partial<WindowSpec> = {}): WindowSpec {
  return {
    endpoint,
    request: { method: 'GET', path: '/hello', headers: {}, body: null },
    expect: { status: 200, length: HELLO.length, sha256: null },
    connections: 4,
    windowMs: 300,
    maxRequests: null,
    drainLimitMs: 1_000,
    ...over,
  };
}

describe('the driver process', () => {
  it('drives windows one after another and accounts its own processor time', async () => {
    await using server = await scriptedServer(({ socket }) => socket.write(response()));
    await using driver = await startDriver({ signal: never() });
    for (const maxRequests of [100, 200]) {
      const record = await driver.window(spec(server.endpoint, { maxRequests, windowMs: 5_000 }));
      expect(record.counts).toMatchObject({ offered: maxRequests, completed: maxRequests, wrongBody: 0 });
      expect(record.generator.cpuUs).toBeGreaterThan(0);
    }
  });

  it('takes one window at a time', async () => {
    await using server = await scriptedServer(({ socket }) => socket.write(response()));
    await using driver = await startDriver({ signal: never() });
    const first = driver.window(spec(server.endpoint));
    await expect(driver.window(spec(server.endpoint))).rejects.toMatchObject({ code: 'E_INTERNAL' });
    expect((await first).counts.completed).toBeGreaterThan(0);
  });

  it('ends at once when aborted in a window', async () => {
    await using server = await scriptedServer(() => {});
    const controller = new AbortController();
    await using driver = await startDriver({ signal: controller.signal });
    const window = driver.window(spec(server.endpoint, { windowMs: 20_000 }));
    const reason = new Error('interrupted');
    setTimeout(() => controller.abort(reason), 100);
    const begunMs = performance.now();
    await expect(window).rejects.toBe(reason);
    expect(performance.now() - begunMs).toBeLessThan(2_000);
  });

  it('leaves no process behind', async () => {
    await using server = await scriptedServer(({ socket }) => socket.write(response()));
    const driver = await startDriver({ signal: never() });
    await driver.window(spec(server.endpoint));
    await driver[Symbol.asyncDispose]();
    await expect(driver.window(spec(server.endpoint))).rejects.toMatchObject({ code: 'E_DRIVER' });
  });
});

describe('a driver that fails', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab-driver-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });
  const program = async (name: string, text: string): Promise<string> => {
    const entry = join(folder, `${name}.mjs`);
    await writeFile(entry, text);
    return entry;
  };

  it('is reported with its last words when it dies at its start', async () => {
    const entry = await program('dies', 'console.error("no such luck"); process.exit(3);');
    await expect(startDriver({ signal: never(), entry })).rejects.toMatchObject({
      code: 'E_DRIVER',
      facts: { exit: 'exit 3', stderr: 'no such luck' },
    });
  });

  it('is reported when it dies in a window', async () => {
    const text =
      'process.send({kind:"ready"}); process.on("message", () => process.kill(process.pid, "SIGKILL"));';
    await using driver = await startDriver({ signal: never(), entry: await program('killed', text) });
    await expect(driver.window(spec({ origin: 'http://127.0.0.1:1', basePath: '' }))).rejects.toMatchObject({
      code: 'E_DRIVER',
      facts: { exit: 'ended by SIGKILL' },
    });
  });

  it('is not believed when its answer is not a window', async () => {
    const text =
      'process.send({kind:"ready"}); process.on("message", () => process.send({kind:"record",record:{}}));';
    await using driver = await startDriver({ signal: never(), entry: await program('liar', text) });
    await expect(driver.window(spec({ origin: 'http://127.0.0.1:1', basePath: '' }))).rejects.toMatchObject({
      code: 'E_DRIVER',
    });
  });

  it('is ended when it does not answer within the window, its drain and a margin', async () => {
    const text = 'process.send({kind:"ready"}); process.on("message", () => {});';
    await using driver = await startDriver({
      signal: never(),
      entry: await program('mute', text),
      answerMarginMs: 200,
    });
    const window = driver.window(
      spec({ origin: 'http://127.0.0.1:1', basePath: '' }, { windowMs: 1, drainLimitMs: 0 }),
    );
    await expect(window).rejects.toThrow(/did not answer within/);
  });
});
