import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { accountSource, openGroups } from '../../../../runner/process/group.ts';
import { waitUntil } from '../../../../runner/process/wait.ts';
import { fixture, says, start } from './programs.ts';

const best = await accountSource();
const hasCgroup1 = (await accountSource(['cgroup1'])) === 'cgroup1';
if (best === 'proc') console.warn('no control group can be made here: its tests are skipped');

/** 300,000 turns of a shell's loop take more than this on any machine. */
const BURN_US = 50_000;

const burnUnseen = (sources: Parameters<typeof start>[2]) =>
  start(['/bin/sh', fixture('reaps-unseen.sh')], {}, sources);

describe.skipIf(best === 'proc')('a control group', () => {
  test('sees the CPU of children that nobody waits for', async () => {
    await using started = await burnUnseen({});
    expect(await says(started.program, 'burned')).toBe(true);
    expect((await started.groups.group('host').cpu()).cpuUs).toBeGreaterThan(BURN_US);
  });

  test('charges each role for its own', async () => {
    await using started = await burnUnseen({});
    expect(await says(started.program, 'burned')).toBe(true);
    expect((await started.groups.group('backend').cpu()).cpuUs).toBe(0);
    expect(await started.groups.group('backend').pids()).toEqual([]);
  });

  test('holds a program before it is executed', async () => {
    await using started = await start(['/bin/sh', '-c', 'cat /proc/self/cgroup; sleep 1000']);
    expect(await says(started.program, 'deplab-')).toBe(true);
  });

  test('is removed when it is disposed of, with what still ran in it', async () => {
    const groups = await openGroups('a/strange name');
    const folder = dirname(groups.group('host').joinPath ?? '');
    expect(existsSync(folder)).toBe(true);
    await groups[Symbol.asyncDispose]();
    expect(existsSync(dirname(folder))).toBe(false);
  });
});

test.skipIf(!hasCgroup1)('version 1 of control groups sees the same', async () => {
  await using started = await burnUnseen({ sources: ['cgroup1'] });
  expect(started.groups.source).toBe('cgroup1');
  expect(await says(started.program, 'burned')).toBe(true);
  expect((await started.groups.group('host').cpu()).cpuUs).toBeGreaterThan(BURN_US);
  expect(await started.program.stop()).toMatchObject({ leftover: [] });
});

describe('the process tree in /proc', () => {
  test('loses the CPU of children that nobody waits for: that is why it is doubted', async () => {
    await using started = await burnUnseen({ sources: ['proc'] });
    expect(started.groups.source).toBe('proc');
    expect(await says(started.program, 'burned')).toBe(true);
    const group = started.groups.group('host');
    // The child is gone a moment after its last word.
    await waitUntil(async () => (await group.pids()).length === 1, { deadlineMs: 2_000, everyMs: 5 });
    expect((await group.cpu()).cpuUs).toBeLessThan(BURN_US);
  });

  test('sees the CPU of children that are waited for', async () => {
    const argv = [
      '/bin/sh',
      '-c',
      `sh -c '${'n=0; while [ $n -lt 300000 ]; do n=$((n + 1)); done'}'; echo done; sleep 1000`,
    ] as const;
    await using started = await start(argv, {}, { sources: ['proc'] });
    expect(await says(started.program, 'done')).toBe(true);
    expect((await started.groups.group('host').cpu()).cpuUs).toBeGreaterThan(BURN_US);
  });

  test('never falls, though a process with CPU ends', async () => {
    const burn = 'n=0; while [ $n -lt 300000 ]; do n=$((n + 1)); done; echo burned; read line < /dev/zero';
    await using started = await start(['/bin/sh', '-c', burn], {}, { sources: ['proc'] });
    expect(await says(started.program, 'burned')).toBe(true);
    const group = started.groups.group('host');
    const before = await group.cpu();
    expect(before.cpuUs).toBeGreaterThan(BURN_US);
    await started.program.stop();
    expect((await group.cpu()).cpuUs).toBeGreaterThanOrEqual(before.cpuUs);
    expect(await group.pids()).toEqual([]);
  });
});
