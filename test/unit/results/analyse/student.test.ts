import { cumulativeStdNormalProbability } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { tCritical, tTwoSidedP } from '../../../../results/analyse/student.ts';

describe('Student’s t', () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2, two-sided 95 % and 99 %.
  test.each([
    [1, 12.706, 63.657],
    [2, 4.303, 9.925],
    [3, 3.182, 5.841],
    [4, 2.776, 4.604],
    [9, 2.262, 3.25],
    [19, 2.093, 2.861],
    [30, 2.042, 2.75],
    [100, 1.984, 2.626],
  ])('has the critical values of the printed table for %i degrees of freedom', (df, t95, t99) => {
    expect(tCritical(0.95, df)).toBeCloseTo(t95, 3);
    expect(tCritical(0.99, df)).toBeCloseTo(t99, 3);
  });

  test('has the closed forms for 1 and 2 degrees of freedom', () => {
    for (const t of [0.01, 0.3, 1, 2.5, 12.7, 400]) {
      expect(tTwoSidedP(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 12);
      expect(tTwoSidedP(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 12);
    }
  });

  test('tends to the normal distribution', () => {
    expect(tTwoSidedP(1.96, 1e6)).toBeCloseTo(2 * (1 - cumulativeStdNormalProbability(1.96)), 4);
  });

  test('inverts itself', () => {
    for (const df of [1, 2, 4, 7, 40]) expect(tTwoSidedP(tCritical(0.95, df), df)).toBeCloseTo(0.05, 10);
  });

  test('is symmetric, and certain at the ends', () => {
    expect(tTwoSidedP(-2, 5)).toBe(tTwoSidedP(2, 5));
    expect(tTwoSidedP(0, 5)).toBe(1);
    expect(tTwoSidedP(Number.POSITIVE_INFINITY, 5)).toBe(0);
  });
});
