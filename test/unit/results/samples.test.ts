import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { geometricMean } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../core/paths.ts';
import { analyse } from '../../../results/analyse/analyse.ts';
import { answers } from '../../../results/analyse/answers.ts';
import { cellId } from '../../../results/schema/stack.ts';
import { readRun } from '../../../results/store/read.ts';
import { createRun } from '../../../results/store/write.ts';
import { sampleRun } from '../../helpers/sample-run.ts';

/** Runs committed with the project: old ones must read with every later version of the lab. */
const samples = join(PROJECT_ROOT, 'results/samples');

// `LAB_WRITE_SAMPLE=1 npx vitest run --project unit test/unit/results/samples.test.ts` makes the synthetic one anew.
if (process.env.LAB_WRITE_SAMPLE === '1') {
  const dir = join(samples, 'synthetic');
  const kept = /^apache-(files|mod-cgid|mod-wsgi)|^gateway-(in-process|cgi\/(node|floor-c))/;
  const run = sampleRun({ rounds: 3, maxRequests: 300, blemished: false, stacks: (name) => kept.test(name) });
  await rm(dir, { recursive: true, force: true });
  await using writer = await createRun(dir, run.manifest, run.plan);
  for (const record of [...run.baselines, ...run.trials]) await writer.append(record);
  if (run.end !== null) await writer.append(run.end);
}

describe.each(readdirSync(samples))('the committed run %s', (name) => {
  const dir = join(samples, name);

  test('still reads, whole', async () => {
    const run = await readRun(dir);
    expect(run.damage).toEqual([]);
    expect(run.trials.length).toBeGreaterThan(0);
    expect(run.end).not.toBeNull();
  });

  test('still analyses: figures, ratios and answers', async () => {
    const analysis = analyse(await readRun(dir));
    expect(analysis.cells.filter(({ metrics }) => metrics.cpuUsPerRequest !== null).length).toBeGreaterThan(
      3,
    );
    expect(analysis.comparisons.length).toBeGreaterThan(0);
    expect(analysis.overheads.length).toBeGreaterThan(0);
    expect(answers(analysis).length).toBeGreaterThan(0);
  });

  test('has in each cell the figures that its trial records yield', async () => {
    const run = await readRun(dir);
    const measured = analyse(run).cells.filter(({ launches }) => launches > 0);
    for (const cell of measured) {
      const observations = run.trials
        .filter(({ outcome }) => outcome.state === 'completed')
        .flatMap((trial) => trial.observations.filter((each) => cellId(each.cell) === cell.id));
      expect(observations).toHaveLength(cell.launches);
      const of = (figure: (o: (typeof observations)[number]) => number) =>
        geometricMean(observations.map(figure));
      const cpu = of(({ account, window }) => account.all.cpuUs / window.counts.completed);
      const rate = of(({ window }) => (window.counts.completed * 1_000) / window.spanMs);
      const relative = (value: number | undefined, truth: number) => Math.abs((value ?? 0) / truth - 1);
      expect(relative(cell.metrics.cpuUsPerRequest?.point, cpu), cell.id).toBeLessThan(1e-9);
      expect(relative(cell.metrics.throughputPerSec?.point, rate), cell.id).toBeLessThan(1e-9);
      expect(
        relative(
          cell.metrics.meanUs?.point,
          of(({ window }) => window.latency.meanUs),
        ),
      ).toBeLessThan(1e-9);
    }
    expect(measured.length).toBeGreaterThan(3);
  });
});
