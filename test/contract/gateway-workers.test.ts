/** F1 and F2 for the Node backends: a worker that ends is replaced; one that never lives ends the backend. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { DIST, PROJECT_ROOT } from '../../core/paths.ts';
import { until } from '../helpers/ask.ts';

const dir = mkdtempSync(join(tmpdir(), 'gw-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

function start(handler: string, socket: string) {
  const entry = join(DIST, 'servers/entries/node-pool.js');
  const file = join(PROJECT_ROOT, 'test/fixtures/handlers', handler);
  const child = spawn(process.execPath, [entry, file, `unix:${socket}`, '2'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
  });
  children.push(child);
  const said = { text: '' };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.text += text));
  return { said, exit: new Promise<number | null>((resolve) => child.once('close', resolve)), child };
}

/** The pid of the worker that answers; null while none does. */
function pidOf(socketPath: string): Promise<number | null> {
  return new Promise((resolve) => {
    const outgoing = request({ socketPath, path: '/env', agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      incoming.on('end', () => resolve(JSON.parse(text).pid));
    });
    outgoing.on('error', () => resolve(null));
    // node:cluster forgets a connection that it handed to a worker which was already dead: nobody answers it.
    outgoing.setTimeout(2_000, () => outgoing.destroy());
    outgoing.end();
  });
}

it('F1 a worker that is killed is replaced, and the log says so', async () => {
  const socket = join(dir, 'killed');
  const { said, exit, child } = start('simple.mjs', socket);
  let first: number | null = null;
  await until(async () => {
    first = await pidOf(socket);
    return first !== null;
  }, 15_000);
  process.kill(first ?? 0, 'SIGKILL');
  const pids = new Set<number>();
  await until(async () => {
    const pid = await pidOf(socket);
    if (pid !== null) pids.add(pid);
    return pids.size === 2;
  }, 15_000);
  expect(pids.has(first ?? 0)).toBe(false);
  expect(said.text).toContain(`worker ${first} ended: SIGKILL`);
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
});

it('F2 a worker that dies at every start ends the backend with its error', async () => {
  const { said, exit } = start('dies-at-start.mjs', join(dir, 'never'));
  expect(await exit).toBe(1);
  expect(said.text).toContain('no database at start');
  expect(said.text).toContain('workers die at their start: exit 1');
}, 60_000);
