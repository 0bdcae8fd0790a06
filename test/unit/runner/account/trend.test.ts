import { describe, expect, test } from 'vitest';
import { findTrend } from '../../../../runner/account/trend.ts';
import { seeded } from '../../../helpers/seeded.ts';

describe('on many bins', () => {
  test('a series that warms up has a trend', () => {
    const bins = Array.from({ length: 40 }, (_, at) => 100 + at * 2);
    expect(findTrend(bins)).toMatchObject({ test: 'mann-kendall' });
    expect(findTrend(bins.toReversed())?.change).toBeLessThan(0);
  });

  test('a trend too small to matter is none, however sure', () => {
    expect(findTrend(Array.from({ length: 40 }, (_, at) => 10_000 + at))).toBeNull();
  });
});

describe('on few bins', () => {
  test('a window whose second half is faster was still warming up', () => {
    expect(findTrend([50, 52, 51, 49, 50, 100, 99, 101, 100, 102])).toMatchObject({ test: 'halves' });
  });

  test('a window that does nothing and then something has a trend', () => {
    expect(findTrend([0, 0, 0, 9, 9, 9])).not.toBeNull();
  });

  test('too few bins tell nothing', () => {
    expect(findTrend([1, 100, 1_000])).toBeNull();
  });
});

test('constant and empty series have none', () => {
  expect(findTrend(Array.from({ length: 40 }, () => 7))).toBeNull();
  expect(findTrend(Array.from({ length: 10 }, () => 0))).toBeNull();
});

test.for([10, 40])('of 2,000 windows of %i bins without a trend, under 1 in 50 is accused', (length) => {
  const random = seeded(length);
  const noisy = () => Array.from({ length }, () => 100 * (1 + 0.25 * random.normal()));
  const accused = Array.from({ length: 2_000 }, noisy).filter((bins) => findTrend(bins) !== null);
  expect(accused.length).toBeLessThan(40);
});
