import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lab, makeFolder, startLab } from './lab.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
  await writeFile(join(folder.path, 'tiny.yaml'), TINY);
  await writeFile(join(folder.path, 'long.yaml'), TINY.replace('rounds: 1', 'rounds: 50'));
});
afterAll(() => folder[Symbol.asyncDispose]());

const TINY = `title: Tiny
question: Does a run work from scenario to report?
stacks: [gateway-cgi/node-bare, gateway-in-process/node-bare]
workloads:
  - name: hello
    request: /hello
    load: { model: closed, connections: 1 }
    windowMs: 300
rounds: 1
`;

test('a run ends with a report, which is made again with the same bytes', async () => {
  const run = await lab(folder.path, 'run', 'tiny.yaml', '--out', 'runs', '--seed', '1', '--json');
  expect(run.stderr).toContain('2 stacks, 2 launches');
  expect(run.code).toBe(0);
  const result = JSON.parse(run.stdout) as { run: string; report: string; state: string; cells: unknown[] };
  expect(result).toMatchObject({ state: 'complete', report: join(result.run, 'report.html') });
  expect(result.cells).toHaveLength(2);
  const first = readFileSync(result.report);
  const again = await lab(folder.path, 'report', result.run, '-o', 'again.html');
  expect([again.code, again.stdout]).toEqual([0, `${join(folder.path, 'again.html')}\n`]);
  expect(readFileSync(join(folder.path, 'again.html')).equals(first)).toBe(true);
  const table = await lab(folder.path, 'analyse', result.run);
  expect(table.stdout).toMatch(/gateway-cgi\/node-bare +hello +1 /);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  '%s during a run keeps what is finished, leaves nothing behind and exits with %i',
  async (signal, code) => {
    const out = `runs-${signal}`;
    const run = startLab(folder.path, ['run', 'long.yaml', '--out', out, '--seed', '1']);
    await run.says(/2\/100/);
    run.child.kill(signal);
    const { code: exit, stderr } = await run.done;
    expect(stderr).toContain(`the run is interrupted: interrupted by ${signal}`);
    expect(exit).toBe(code);
    expect(leftovers(run.child.pid ?? 0)).toEqual([]);

    const [id] = readdirSync(join(folder.path, out));
    const dir = join(folder.path, out, id ?? '');
    const report = await lab(folder.path, 'report', dir, '-o', 'partial.html');
    expect(report.code).toBe(0);
    const analysis = await lab(folder.path, 'analyse', dir, '--json');
    const { end, cells } = JSON.parse(analysis.stdout) as {
      end: { state: string };
      cells: { launches: number }[];
    };
    expect(end.state).toBe('interrupted');
    expect(Math.max(...cells.map(({ launches }) => launches))).toBeGreaterThanOrEqual(1);
  },
);

test('a second signal ends it at once, and nothing is left a moment later', async () => {
  const run = startLab(folder.path, ['run', 'long.yaml', '--out', 'runs-twice', '--seed', '1']);
  await run.says(/1\/100/);
  run.child.kill('SIGINT');
  await run.says('stopping in order');
  run.child.kill('SIGINT');
  expect((await run.done).code).toBe(130);
  await expect.poll(() => leftovers(run.child.pid ?? 0), { timeout: 10_000 }).toEqual([]);
});

test('one run at a time: a second one is refused and says who holds the lock', async () => {
  const env = { LAB_SHARED: '' };
  const first = startLab(folder.path, ['run', 'long.yaml', '--out', 'runs-first', '--seed', '1'], env);
  try {
    await first.says('round 1 of');
    const second = await startLab(folder.path, ['run', 'tiny.yaml', '--out', 'runs-second'], env).done;
    expect(second.code).toBe(2);
    expect(second.stderr).toContain('another lab run is under way here [E_BUSY]');
  } finally {
    first.child.kill('SIGINT');
    await first.done;
  }
});

/** Processes, groups and folders that carry the pid of a lab that has ended. */
function leftovers(pid: number): string[] {
  const mine = (name: string) => name.startsWith(`deplab-${pid.toString(36)}-`);
  const folders = ['/tmp', process.env.XDG_RUNTIME_DIR ?? '/tmp', '/sys/fs/cgroup', '/sys/fs/cgroup/unified'];
  const named = folders.filter(existsSync).flatMap((folder) => readdirSync(folder).filter(mine));
  const children = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === pid);
  return [...named, ...children.map((child) => `process ${child}`)];
}

function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
