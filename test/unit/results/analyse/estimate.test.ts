import { geometricMean, mean, sampleStandardDeviation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import {
  estimateAll,
  estimateAsIs,
  estimateInLogs,
  pairedDifference,
  pairedRatio,
} from '../../../../results/analyse/estimate.ts';
import { seeded } from '../../../helpers/seeded.ts';

const rounds = (values: readonly number[]) => values.map((value, round) => ({ round, value }));

describe('an estimate over launches', () => {
  test('is the geometric mean, with an interval symmetric in logs', () => {
    const values = [30, 36, 33, 41, 35];
    const { point, low, high, n } = estimateInLogs(values) ?? expect.fail('no estimate');
    expect(point).toBeCloseTo(geometricMean(values), 10);
    expect(n).toBe(5);
    expect(point / (low ?? 0)).toBeCloseTo((high ?? 0) / point, 10);
    const standardError = sampleStandardDeviation(values.map(Math.log)) / Math.sqrt(5);
    expect(Math.log((high ?? 0) / point)).toBeCloseTo(2.7764451 * standardError, 7);
  });

  test.each([1, 2])('has no interval from %i launches', (n) => {
    expect(estimateInLogs([10, 12].slice(0, n))).toMatchObject({ low: null, high: null, n });
  });

  test('is unknown without launches, or when a launch’s counter saw nothing', () => {
    expect(estimateInLogs([])).toBeNull();
    expect(estimateInLogs([3, 0, 4])).toBeNull();
    expect(estimateInLogs([3, Number.NaN, 4])).toBeNull();
    expect(estimateAsIs([])).toBeNull();
  });

  test('is withheld when one launch cannot give the figure', () => {
    expect(estimateAll([5, null, 6], estimateInLogs)).toBeNull();
    expect(estimateAll([5, 5.5, 6], estimateInLogs)).toMatchObject({ n: 3 });
  });

  test('of differences may be negative', () => {
    expect(estimateAsIs([-3, -1, -2])?.point).toBeCloseTo(mean([-3, -1, -2]), 12);
  });
});

describe('pairing by round', () => {
  test('takes out what a slow round does to both arms', () => {
    const slowness = [1, 3, 0.5, 2, 1.4];
    const base = rounds(slowness.map((s) => 100 * s));
    const other = rounds(slowness.map((s) => 250 * s));
    const result = pairedRatio(base, other) ?? expect.fail('no ratio');
    expect(result.ratio.point).toBeCloseTo(2.5, 12);
    expect(result.ratio.low).toBeCloseTo(2.5, 9);
    expect(result.ratio.high).toBeCloseTo(2.5, 9);
  });

  test('uses only rounds that both arms have, and not their order', () => {
    const base = [
      { round: 4, value: 10 },
      { round: 1, value: 20 },
      { round: 2, value: 30 },
    ];
    const other = [
      { round: 1, value: 40 },
      { round: 3, value: 999 },
      { round: 4, value: 20 },
    ];
    expect(pairedRatio(base, other)?.ratio).toMatchObject({ n: 2, low: null });
    expect(pairedRatio(base, other)?.ratio.point).toBeCloseTo(2, 12);
    expect(pairedDifference(base, other)).toMatchObject({ point: 15, n: 2 });
  });

  test('yields nothing without a common round', () => {
    expect(pairedRatio(rounds([1]), [{ round: 7, value: 2 }])).toBeNull();
    expect(pairedDifference([], rounds([1]))).toBeNull();
  });
});

/** A launch's figure as real runs show it: a factor of the machine's minute, a factor of the launch. */
const DRAWS = 4_000;

describe('by simulation', () => {
  // The noise: sd of log figures between launches, 3 % for CPU per request to 30 % for throughput on a shared machine.
  test.each([
    { n: 3, sd: 0.05 },
    { n: 5, sd: 0.05 },
    { n: 5, sd: 0.3 },
    { n: 10, sd: 0.15 },
  ])('intervals over $n launches with log sd $sd cover the truth in 93 to 97 % of draws', ({ n, sd }) => {
    const random = seeded(1_000 * n + 100 * sd);
    const truth = 35_000;
    let covered = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      const values = Array.from({ length: n }, () => truth * Math.exp(sd * random.normal()));
      const { low, high } = estimateInLogs(values) ?? expect.fail('no estimate');
      if (low !== null && high !== null && low <= truth && truth <= high) covered += 1;
    }
    expect(covered / DRAWS).toBeGreaterThan(0.93);
    expect(covered / DRAWS).toBeLessThan(0.97);
  });

  test('paired ratios cover 93–97 % of the time under rounds that differ by half', () => {
    const random = seeded(77);
    let covered = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      const slow = Array.from({ length: 5 }, () => Math.exp(0.5 * random.normal()));
      const arm = (level: number) => rounds(slow.map((s) => level * s * Math.exp(0.06 * random.normal())));
      const { ratio } = pairedRatio(arm(120), arm(270)) ?? expect.fail('no ratio');
      if (ratio.low !== null && ratio.high !== null && ratio.low <= 2.25 && 2.25 <= ratio.high) covered += 1;
    }
    expect(covered / DRAWS).toBeGreaterThan(0.93);
    expect(covered / DRAWS).toBeLessThan(0.97);
  });

  test('the p value of identical arms is below 5 % in at most 5 % of experiments', () => {
    const random = seeded(5);
    let alarms = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      const arm = () => rounds(Array.from({ length: 5 }, () => 270 * Math.exp(0.1 * random.normal())));
      if ((pairedRatio(arm(), arm())?.p ?? 1) < 0.05) alarms += 1;
    }
    // Two standard errors of the simulation itself.
    expect(alarms / DRAWS).toBeLessThan(0.05 + 2 * Math.sqrt((0.05 * 0.95) / DRAWS));
    expect(alarms / DRAWS).toBeGreaterThan(0.04);
  });
});
