import { execFileSync } from 'node:child_process';
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EndRecord } from '../../../../results/schema/records.ts';
import { listRuns } from '../../../../results/store/list.ts';
import { readRun } from '../../../../results/store/read.ts';
import { createRun, fileNameOf, reopenRun } from '../../../../results/store/write.ts';
import { aManifest, anObservation, aPlan, aStack, aTrial, aWorkload } from '../../../helpers/records.ts';

const manifest = aManifest();
const plan = aPlan([aStack()], [aWorkload()], 3);
const trial = (round: number) =>
  aTrial({ round, observations: [anObservation({ latenciesUs: [1_000, 1_100] })] });
const end: EndRecord = { kind: 'end', state: 'complete', endedAt: '2026-01-01T12:20:00.000Z', reason: null };
const code = (name: string) => expect.objectContaining({ code: name });

let home = '';
let dir = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lab-store-'));
  dir = join(home, 'run-1');
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A run of the trials given, closed. */
async function written(
  rounds: readonly number[],
  more: { end?: EndRecord; at?: string } = {},
): Promise<string> {
  await using run = await createRun(more.at ?? dir, manifest, plan);
  for (const round of rounds) await run.append(trial(round));
  if (more.end !== undefined) await run.append(more.end);
  return run.dir;
}

describe('a run folder', () => {
  test('reads back what was written', async () => {
    await written([1, 2], { end });
    expect(await readRun(dir)).toEqual({
      manifest,
      plan,
      trials: [trial(1), trial(2)],
      baselines: [],
      end,
      damage: [],
    });
    expect((await readdir(dir)).toSorted()).toEqual(['journal.jsonl', 'manifest.json', 'plan.json']);
  });

  test('can be read while it is written', async () => {
    await using run = await createRun(dir, manifest, plan);
    expect(await readRun(dir)).toMatchObject({ trials: [], end: null, damage: [] });
    await run.append(trial(1));
    expect((await readRun(dir)).trials).toHaveLength(1);
  });

  test('keeps appends that overlap whole and in order', async () => {
    await using run = await createRun(dir, manifest, plan);
    await Promise.all([1, 2, 3].map((round) => run.append(trial(round))));
    expect((await readRun(dir)).trials.map(({ round }) => round)).toEqual([1, 2, 3]);
  });

  test('replaces its manifest whole and leaves no temporary file', async () => {
    await using run = await createRun(dir, manifest, plan);
    await run.updateManifest({ ...manifest, title: 'another' });
    expect((await readRun(dir)).manifest.title).toBe('another');
    expect((await readdir(dir)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('is never made over something that is there', async () => {
    await written([1]);
    await expect(createRun(dir, manifest, plan)).rejects.toThrow(code('E_PLACE'));
    expect((await readRun(dir)).trials).toHaveLength(1);
  });

  test('is never made through a symbolic link', async () => {
    await symlink(join(home, 'elsewhere'), dir);
    await expect(createRun(dir, manifest, plan)).rejects.toThrow(code('E_PLACE'));
    expect(await readdir(home)).toEqual(['run-1']);
  });

  test('whose manifest became a symbolic link is neither written nor read', async () => {
    const target = join(home, 'victim');
    await writeFile(target, 'precious');
    await using run = await createRun(dir, manifest, plan);
    await rm(join(dir, 'manifest.json'));
    await symlink(target, join(dir, 'manifest.json'));
    await expect(run.updateManifest(manifest)).rejects.toThrow(code('E_PLACE'));
    await expect(readRun(dir)).rejects.toThrow(code('E_PLACE'));
    expect(await readFile(target, 'utf8')).toBe('precious');
  });

  test('whose temporary name is planted is not written through it', async () => {
    const target = join(home, 'victim');
    await using run = await createRun(dir, manifest, plan);
    await symlink(target, join(dir, `.manifest.json.${process.pid}.tmp`));
    await expect(run.updateManifest(manifest)).rejects.toThrow(code('E_PLACE'));
    await expect(stat(target)).rejects.toThrow(/ENOENT/);
  });

  test('whose journal became a symbolic link is not resumed', async () => {
    await written([1]);
    const target = join(home, 'journal');
    await writeFile(target, '');
    await rm(join(dir, 'journal.jsonl'));
    await symlink(target, join(dir, 'journal.jsonl'));
    await expect(reopenRun(dir)).rejects.toThrow(code('E_PLACE'));
  });

  test('has a log folder per launch, whatever is in its id', async () => {
    await using run = await createRun(dir, manifest, plan);
    expect(run.logDir('r1-0001')).toBe(join(dir, 'logs', 'r1-0001'));
    expect((await stat(run.logDir('r1-0001'))).isDirectory()).toBe(true);
    expect(fileNameOf('../../etc/passwd')).toBe('__.._etc_passwd');
    expect(fileNameOf('r1 a+b@c/wsgi-bare')).toBe('r1_a+b@c_wsgi-bare');
    expect(fileNameOf('')).toBe('_');
  });
});

describe('a resumed run', () => {
  test('goes on after the records that are there', async () => {
    await written([1], { end: { ...end, state: 'interrupted', reason: 'SIGINT' } });
    {
      await using run = await reopenRun(dir);
      await run.append(trial(2));
    }
    const { trials, end: noEnd } = await readRun(dir);
    expect(trials.map(({ round }) => round)).toEqual([1, 2]);
    // What was the end no longer is one.
    expect(noEnd).toBeNull();
  });

  test('fences off a line that was cut off, and keeps it', async () => {
    await written([1, 2]);
    const journal = join(dir, 'journal.jsonl');
    const { size } = await stat(journal);
    await truncate(journal, size - 30);
    {
      await using run = await reopenRun(dir);
      await run.append(trial(3));
    }
    const { trials, damage } = await readRun(dir);
    expect(trials.map(({ round }) => round)).toEqual([1, 3]);
    expect(damage).toHaveLength(1);
    expect((await stat(journal)).size).toBeGreaterThan(size);
  });

  test('lets a launch that is done again replace the former one', async () => {
    await written([1, 2]);
    {
      await using run = await reopenRun(dir);
      await run.append({ ...trial(1), durationMs: 1 });
    }
    const { trials } = await readRun(dir);
    expect(trials).toHaveLength(2);
    expect(trials.find(({ round }) => round === 1)?.durationMs).toBe(1);
  });
});

describe('a run that cannot be read', () => {
  test('is not a run when there is no manifest', async () => {
    await expect(readRun(join(home, 'nothing'))).rejects.toThrow(code('E_NOT_A_RUN'));
  });

  test('is corrupt when plan or manifest is damaged, and says where', async () => {
    await written([1]);
    await truncate(join(dir, 'plan.json'), 100);
    await expect(readRun(dir)).rejects.toThrow(
      expect.objectContaining({
        code: 'E_CORRUPT',
        facts: expect.objectContaining({ path: join(dir, 'plan.json') }),
      }),
    );
  });

  test('is refused when its manifest holds __proto__', async () => {
    await written([]);
    const path = join(dir, 'manifest.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"versions": {', '"versions": { "__proto__": "x",'));
    await expect(readRun(dir)).rejects.toThrow(code('E_CORRUPT'));
  });

  test('is refused unchanged when a newer lab wrote it', async () => {
    await written([1]);
    const path = join(dir, 'manifest.json');
    const text = (await readFile(path, 'utf8'))
      .replace('"version": 1', '"version": 2')
      .replace('"id"', '"name"');
    await writeFile(path, text);
    await expect(readRun(dir)).rejects.toThrow(code('E_NEWER_SCHEMA'));
    await expect(reopenRun(dir)).rejects.toThrow(code('E_NEWER_SCHEMA'));
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});

const hasPrlimit = (() => {
  try {
    execFileSync('prlimit', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

describe('a disk that is full', () => {
  // A file-size limit on this very process stands for the full disk: the same write fails in the same place.
  const limit = (bytes: string) =>
    execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]);

  test.skipIf(!hasPrlimit)(
    'takes back half a record, keeps the others, and says how many are safe',
    async () => {
      await using run = await createRun(dir, manifest, plan);
      await run.append(trial(1));
      const before = await readFile(join(dir, 'journal.jsonl'));
      limit(String(before.length + 100));
      try {
        await expect(run.append(trial(2))).rejects.toThrow(
          expect.objectContaining({
            code: 'E_NO_SPACE',
            message: `No space left at ${dir}: 1 finished trial is safe.`,
            hint: expect.stringContaining('lab report'),
          }),
        );
      } finally {
        limit('unlimited');
      }
      expect(await readFile(join(dir, 'journal.jsonl'))).toEqual(before);
      await run.append(trial(3));
      expect((await readRun(dir)).trials.map(({ round }) => round)).toEqual([1, 3]);
    },
  );

  test.skipIf(!hasPrlimit)('leaves the old manifest and no temporary file', async () => {
    await using run = await createRun(dir, manifest, plan);
    limit('100');
    try {
      await expect(run.updateManifest({ ...manifest, title: 'new' })).rejects.toThrow(code('E_NO_SPACE'));
    } finally {
      limit('unlimited');
    }
    expect((await readRun(dir)).manifest).toEqual(manifest);
    expect((await readdir(dir)).toSorted()).toEqual(['journal.jsonl', 'manifest.json', 'plan.json']);
  });
});

describe('the list of runs', () => {
  test('is newest first, each with its state', async () => {
    const at = (name: string, startedAt: string, more: { end?: EndRecord } = {}) =>
      createRun(join(home, name), { ...manifest, id: name, startedAt }, plan).then(async (run) => {
        await run.append(trial(1));
        if (more.end !== undefined) await run.append(more.end);
        await run[Symbol.asyncDispose]();
      });
    await at('b', '2026-01-02T00:00:00.000Z', { end });
    await at('a', '2026-01-03T00:00:00.000Z');
    await at('c', '2026-01-01T00:00:00.000Z', { end: { ...end, state: 'interrupted', reason: 'SIGINT' } });
    await at('d', '2026-01-04T00:00:00.000Z', {
      end: { ...end, state: 'budget', reason: 'the budget ended' },
    });
    await at('e', '2026-01-05T00:00:00.000Z');
    await writeFile(join(home, 'e', 'manifest.json'), '{');
    await appendFile(join(home, 'a', 'journal.jsonl'), '{"v":1,"cr');
    const runs = await listRuns(home);
    expect(runs.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'd complete',
      'a unfinished',
      'b complete',
      'c interrupted',
      'e unreadable',
    ]);
    expect(runs[1]?.reason).toMatch(/^1 damaged line\(s\) in the journal, the first at byte \d+: .*cut off/);
    expect(runs[2]).toMatchObject({ trialsDone: 1, trialsPlanned: 3, reason: null });
    expect(runs[3]?.reason).toBe('SIGINT');
    expect(runs[4]?.reason).toContain('manifest.json');
  });

  test('is empty where there is no folder', async () => {
    expect(await listRuns(join(home, 'none'))).toEqual([]);
  });
});
