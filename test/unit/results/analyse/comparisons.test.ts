import { describe, expect, test } from 'vitest';
import { analyse } from '../../../../results/analyse/analyse.ts';
import { outcomeOf } from '../../../../results/analyse/comparisons.ts';
import { pairedRatio } from '../../../../results/analyse/estimate.ts';
import { holm } from '../../../../results/analyse/holm.ts';
import { anObservation, aPlan, aRun, aStack, aTrial, aWorkload, trialId } from '../../../helpers/records.ts';
import { seeded } from '../../../helpers/seeded.ts';

const ratio = (point: number, low: number | null, high: number | null) => ({ point, low, high, n: 5 });

describe('the outcome of a comparison', () => {
  test('is a tie when the whole interval lies within 3 % of 1, however significant', () => {
    expect(outcomeOf(ratio(1.015, 1.01, 1.02), 0.0001)).toBe('tie');
    expect(outcomeOf(ratio(1, 0.98, 1.02), 1)).toBe('tie');
  });

  test('is more or less when 1 is excluded after correction', () => {
    expect(outcomeOf(ratio(1.2, 1.1, 1.3), 0.01)).toBe('more');
    expect(outcomeOf(ratio(0.5, 0.4, 0.6), 0.01)).toBe('less');
  });

  test('is inconclusive when correction takes the significance away', () => {
    expect(outcomeOf(ratio(1.2, 1.01, 1.42), 0.2)).toBe('inconclusive');
  });

  test('is inconclusive for a wide interval, and below three launches', () => {
    expect(outcomeOf(ratio(1.01, 0.8, 1.3), 0.9)).toBe('inconclusive');
    expect(outcomeOf(ratio(5, null, null), null)).toBe('inconclusive');
  });
});

/** Runs of `arms` stacks of one app on one host, each launch costing what `costUs(arm, round)` says. */
function runOf(arms: number, roundsPlanned: number, costUs: (arm: number, round: number) => number) {
  const stacks = Array.from({ length: arms }, (_, arm) =>
    aStack({ name: `apache-arm-${arm}/wsgi-bare`, model: arm === 0 ? 'cgi' : 'daemon' }),
  );
  const workload = aWorkload();
  const plan = aPlan(stacks, [workload], roundsPlanned);
  const trials = plan.trials.map(({ round, stack }) => {
    const arm = stacks.findIndex(({ name }) => name === stack);
    const latenciesUs = Array.from({ length: 40 }, () => Math.round(costUs(arm, round)));
    const observation = anObservation({ stack, latenciesUs, hostCpuUsPerRequest: costUs(arm, round) });
    return aTrial({ id: trialId(round, stack, null), round, stack, observations: [observation] });
  });
  return aRun(plan, trials);
}

describe('comparisons of a run', () => {
  test('are all pairs of one app on one host, cgi as the base, for three figures', () => {
    const { comparisons } = analyse(runOf(3, 5, (arm, round) => 1_000 * (arm + 1) * (1 + round / 100)));
    const cpu = comparisons.filter(({ metric }) => metric === 'cpuUsPerRequest');
    expect(cpu.map(({ base, other }) => [base.slice(0, 12), other.slice(0, 12)])).toEqual([
      ['apache-arm-0', 'apache-arm-1'],
      ['apache-arm-0', 'apache-arm-2'],
      ['apache-arm-1', 'apache-arm-2'],
    ]);
    expect(cpu.map((each) => each.outcome)).toEqual(['more', 'more', 'more']);
    expect(cpu[0]?.ratio.point).toBeCloseTo(2, 3);
    expect(new Set(comparisons.map(({ metric }) => metric))).toEqual(
      new Set(['cpuUsPerRequest', 'throughputPerSec', 'p50Us']),
    );
  });

  test('leave out an arm without a number', () => {
    const run = runOf(2, 3, () => 1_000);
    const trials = run.trials.filter(({ stack }) => stack.includes('arm-0'));
    expect(analyse({ ...run, trials }).comparisons).toEqual([]);
  });

  test('of identical arms alarm in at most 5 % of experiments, over ten comparisons at once', () => {
    const random = seeded(11);
    const experiments = 2_000;
    let alarmed = 0;
    for (let experiment = 0; experiment < experiments; experiment++) {
      const slow = Array.from({ length: 5 }, () => Math.exp(0.3 * random.normal()));
      const arms = Array.from({ length: 5 }, () =>
        slow.map((s, round) => ({ round, value: 300 * s * Math.exp(0.08 * random.normal()) })),
      );
      const pairs = arms.flatMap((base, i) => arms.slice(i + 1).map((other) => pairedRatio(base, other)));
      const adjusted = holm(pairs.map((pair) => pair?.p ?? 1));
      const outcomes = pairs.map((pair, i) =>
        outcomeOf(pair?.ratio ?? ratio(1, null, null), adjusted[i] ?? 1),
      );
      if (outcomes.some((outcome) => outcome === 'more' || outcome === 'less')) alarmed += 1;
    }
    expect(alarmed / experiments).toBeLessThan(0.05 + 2 * Math.sqrt((0.05 * 0.95) / experiments));
  });
});
