import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlive, readStat } from '../../../../runner/process/proc.ts';
import { measuredUser } from '../../../../runner/process/user.ts';
import { waitUntil } from '../../../../runner/process/wait.ts';
import { fixture, says, start } from './programs.ts';

const node = process.execPath;

test('a program gets the environment that was given, and nothing else', async () => {
  await using started = await start(['/usr/bin/env'], { env: { ONLY: 'this = "one"', PATH: '/usr/bin' } });
  await started.program.exited;
  const output = readFileSync(join(started.dir, 'fixture.stdout'), 'utf8');
  expect(output.trim().split('\n').sort()).toEqual(['ONLY=this = "one"', 'PATH=/usr/bin']);
});

test('a program leads a session and a process group of its own, in its own folder', async () => {
  await using started = await start(['/bin/sh', '-c', 'pwd; cat /proc/$$/stat; sleep 1000'], { cwd: '/usr' });
  expect(await says(started.program, ' ')).toBe(true);
  const stat = readStat(started.program.pid);
  expect(stat).toMatchObject({ session: started.program.pid, processGroup: started.program.pid });
  expect(await started.program.outputTail(10)).toMatch(/^\/usr\n/);
});

test('how a program ended is told', async () => {
  await using started = await start([node, fixture('exits-at-once.mjs')]);
  expect(await started.program.exited).toMatchObject({ exitCode: 7, signal: null });
  expect(started.program.hasExited).toMatchObject({ exitCode: 7 });
  expect(await started.program.outputTail(20)).toBe('cannot find my settings');
  expect(await started.program.stop()).toMatchObject({ alreadyGone: true, forced: false, leftover: [] });
});

test('a program that is not there ends at once and says so', async () => {
  await using started = await start(['/nonexistent/program']);
  expect(await started.program.exited).toMatchObject({ exitCode: 127 });
  expect(await started.program.outputTail(20)).toContain('/nonexistent/program');
});

test('a folder that is not there is an error of the start', async () => {
  await expect(start(['/bin/true'], { cwd: '/nonexistent' })).rejects.toMatchObject({ code: 'E_START' });
});

test('a program that ends when asked is not killed', async () => {
  await using started = await start([node, fixture('never-listens.mjs')]);
  expect(await says(started.program, 'still thinking')).toBe(true);
  expect(await started.program.stop()).toMatchObject({ alreadyGone: false, forced: false, leftover: [] });
  expect(started.program.hasExited?.signal).toBe('SIGTERM');
});

test('a program that ignores its signals is killed when its grace has passed', async () => {
  await using started = await start([node, fixture('ignores-sigterm.mjs')]);
  expect(await says(started.program, 'ready')).toBe(true);
  const facts = await started.program.stop();
  expect(facts.forced).toBe(true);
  // 300 ms of grace, 1 s after SIGTERM, and room for a busy machine.
  expect(facts.tookMs).toBeGreaterThanOrEqual(1_290);
  expect(facts.tookMs).toBeLessThan(5_000);
  expect(started.program.hasExited?.signal).toBe('SIGKILL');
});

test('an orphan in a session of its own is found, named and ended', async () => {
  await using started = await start([node, fixture('leaves-orphan.mjs')]);
  expect(await says(started.program, 'ready')).toBe(true);
  const pids = await started.groups.group('host').pids();
  const orphan = pids.find((pid) => pid !== started.program.pid) ?? 0;
  const startTicks = readStat(orphan)?.startTicks ?? '';
  const facts = await started.program.stop();
  expect(facts).toMatchObject({ forced: false, leftover: [`${orphan} /bin/sleep 1000`] });
  expect(isAlive(orphan, startTicks)).toBe(false);
});

test('a listening socket is handed over as descriptor 0, and the program alone accepts from it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-test-fd0-'));
  const path = join(dir, 'up.sock');
  try {
    await using started = await start([node, fixture('accepts-on-fd0.mjs')], {
      listens: { kind: 'unix', path },
      listenOnFd0: true,
    });
    expect(await ask(path)).toBe('Hello, world!\n');
    await started.program.stop();
    await expect(ask(path)).rejects.toThrow('ECONNREFUSED');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('an aborted signal starts nothing', async () => {
  const before = new AbortController();
  before.abort(new Error('not now'));
  const { startProgram } = await import('../../../../runner/process/program.ts');
  await using other = await start(['/bin/true']);
  const starting = startProgram(other.program.spec, {
    group: other.groups.group('backend'),
    user: null,
    logDir: other.dir,
    signal: before.signal,
  });
  await expect(starting).rejects.toThrow('not now');
});

test('disposing ends a program at once, with all that it started', async () => {
  const started = await start(['/bin/sh', '-c', 'trap "" TERM; sleep 1000 & sleep 1000']);
  const group = started.groups.group('host');
  await waitUntil(async () => (await group.pids()).length === 3, { deadlineMs: 5_000, everyMs: 5 });
  const members = (await group.pids()).map((pid) => [pid, readStat(pid)?.startTicks ?? ''] as const);
  await started[Symbol.asyncDispose]();
  expect(members).toHaveLength(3);
  expect(members.filter(([pid, startTicks]) => isAlive(pid, startTicks))).toEqual([]);
});

const user = measuredUser();
test.skipIf(user === null)(
  'started by root, a program runs as the unprivileged user without its groups',
  async () => {
    await using started = await start(['/usr/bin/id'], {}, { user });
    await started.program.exited;
    const output = await started.program.outputTail(10);
    expect(output).toContain(`uid=${user?.uid}(`);
    expect(output).toMatch(new RegExp(`groups=${user?.gid}\\([^,]*\\)$`));
  },
);

function ask(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/', agent: false }, (answer) => {
      answer.setEncoding('utf8');
      answer.once('data', resolve);
    });
    asked.once('error', reject);
    asked.end();
  });
}
