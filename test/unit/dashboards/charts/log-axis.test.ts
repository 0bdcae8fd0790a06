import { expect, test } from 'vitest';
import { logAxis } from '../../../../dashboards/charts/log-axis.ts';

test('equal ratios are equal distances', () => {
  const axis = logAxis([10, 1_000]);
  expect(axis.at(10)).toBeCloseTo(0);
  expect(axis.at(100)).toBeCloseTo(50);
  expect(axis.at(1_000)).toBeCloseTo(100);
});

test('ticks are round, rising and within the axis', () => {
  for (const values of [[42, 35_200], [3.1, 4.4], [120, 118, 900], [7]]) {
    const axis = logAxis(values);
    expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
    expect([...axis.ticks]).toEqual([...axis.ticks].sort((a, b) => a - b));
    for (const tick of axis.ticks) {
      expect(String(tick)).toMatch(/^(0\.0*)?[1235]0*$/);
      expect(axis.at(tick)).toBeGreaterThanOrEqual(0);
      expect(axis.at(tick)).toBeLessThanOrEqual(100);
    }
  }
});

test('every value is on the axis, and what has no logarithm is at its start', () => {
  const values = [0.3, 17, 5_000, 99_999];
  const axis = logAxis([...values, 0, Number.NaN]);
  for (const value of values) {
    expect(axis.at(value)).toBeGreaterThanOrEqual(0);
    expect(axis.at(value)).toBeLessThanOrEqual(100);
  }
  expect(axis.at(0)).toBe(0);
  expect(axis.at(-5)).toBe(0);
});
