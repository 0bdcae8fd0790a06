import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from 'vitest';
import { type AccountSource, accountSource } from '../../../../runner/process/group.ts';
import { isStale, ownerTag } from '../../../../runner/process/owner.ts';
import { listPids, readStat } from '../../../../runner/process/proc.ts';
import { recoverStale, SITE_MARKER, SITE_PREFIX } from '../../../../runner/process/stale.ts';
import { waitUntil } from '../../../../runner/process/wait.ts';
import { fixture } from './programs.ts';

const root = mkdtempSync(join(tmpdir(), 'lt-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const best = await accountSource();

interface Vanished {
  readonly place: string;
  readonly pids: readonly number[];
  readonly warden: number;
}

/** Starts a lab, waits until its program runs, and kills it (and, if asked, its warden before). */
async function killLab(sources: readonly AccountSource[], withWarden: boolean): Promise<Vanished> {
  const lab = spawn(process.execPath, [fixture('lab-that-vanishes.mjs'), root, ...sources], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    for await (const line of createInterface({ input: lab.stdout })) {
      const told = JSON.parse(line) as Vanished;
      if (withWarden) process.kill(told.warden, 'SIGKILL');
      return told;
    }
    throw new Error('the lab said nothing');
  } finally {
    lab.kill('SIGKILL');
  }
}

const living = (pids: readonly number[]) =>
  pids.filter((pid) => listPids().includes(pid) && readStat(pid)?.state !== 'Z');

const goneSoon = (told: Vanished) =>
  waitUntil(() => living([...told.pids, told.warden]).length === 0 && !existsSync(told.place), {
    deadlineMs: 10_000,
    everyMs: 20,
  });

describe('when the lab is killed', () => {
  test.skipIf(best === 'proc')(
    'its programs, their children and its folder go, by control group',
    async () => {
      const told = await killLab([best], false);
      expect(await goneSoon(told)).toBe(true);
    },
  );

  test('they go by session too', async () => {
    const told = await killLab(['proc'], false);
    expect(await goneSoon(told)).toBe(true);
  });

  test.skipIf(best === 'proc')('and its warden with it, the next lab ends what was left', async () => {
    const told = await killLab([best], true);
    await waitUntil(() => living([told.warden]).length === 0, { deadlineMs: 5_000, everyMs: 10 });
    expect(existsSync(told.place)).toBe(true);
    // The lab itself is this test's zombie until its exit is read.
    await waitUntil(() => isStale(told.place.split('/').at(-1) ?? '', SITE_PREFIX), {
      deadlineMs: 5_000,
      everyMs: 10,
    });
    const recovered = await recoverStale([root]);
    expect(recovered.folders).toBe(1);
    expect(recovered.processes).toBeGreaterThanOrEqual(1);
    expect(living(told.pids)).toEqual([]);
    expect(existsSync(told.place)).toBe(false);
  });
});

describe('what a name tells of its owner', () => {
  test('a living lab’s things are not stale', () => {
    expect(isStale(`${SITE_PREFIX}${ownerTag()}-AbCdEf`, SITE_PREFIX)).toBe(false);
  });

  test('a pid that another process has now makes them stale', () => {
    const [pid] = ownerTag().split('-');
    expect(isStale(`${SITE_PREFIX}${pid}-1-AbCdEf`, SITE_PREFIX)).toBe(true);
  });

  test('other names are nobody’s', () => {
    expect(isStale('something-else', SITE_PREFIX)).toBe(false);
    expect(isStale(`${SITE_PREFIX}x`, SITE_PREFIX)).toBe(false);
  });

  test('a folder without the marker is never removed for its name', async () => {
    const folder = join(root, `${SITE_PREFIX}zzzz-1-AbCdEf`);
    mkdirSync(folder);
    expect(await recoverStale([root])).toMatchObject({ folders: 0 });
    expect(existsSync(folder)).toBe(true);
    writeFileSync(join(folder, SITE_MARKER), '');
    expect(await recoverStale([root])).toMatchObject({ folders: 1 });
    expect(existsSync(folder)).toBe(false);
  });
});
