import { quantileRankSorted, quantileSorted } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import {
  decodeLatencies,
  mergeLatencies,
  percentileCurve,
  supportsQuantile,
} from '../../../../results/analyse/histogram.ts';
import type { HistogramRecord } from '../../../../results/schema/observation.ts';
import { HIGHEST_TRACKABLE_US, LatencyRecorder } from '../../../../runner/load/latency-recorder.ts';

/** Deterministic uniform numbers in [0, 1): mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function record(latenciesUs: readonly number[]): HistogramRecord {
  const recorder = new LatencyRecorder();
  for (const us of latenciesUs) recorder.record(us);
  return recorder.toRecord();
}

/** Latencies from microseconds to minutes, log-uniform. */
function spread(n: number, seed: number): number[] {
  const next = seeded(seed);
  return Array.from({ length: n }, () => Math.round(10 ** (1 + next() * 7)));
}

describe('a recorded histogram', () => {
  it('gives quantiles within its 0.1 % of the sorted samples', () => {
    const samples = spread(5_000, 1);
    const sorted = samples.toSorted((a, b) => a - b);
    const latencies = decodeLatencies(record(samples));
    for (const q of [0.001, 0.1, 0.5, 0.9, 0.99, 0.999]) {
      const got = latencies.quantileUs(q) ?? Number.NaN;
      const nearestRank = sorted[Math.ceil(q * sorted.length) - 1] ?? Number.NaN;
      expect(Math.abs(got / nearestRank - 1), `q ${q}`).toBeLessThanOrEqual(0.001);
      // An independent oracle, to the resolution of one rank.
      expect(quantileRankSorted(sorted, got * 1.001)).toBeGreaterThanOrEqual(q - 0.001);
      expect(quantileSorted(sorted, Math.min(1, q + 0.001))).toBeGreaterThanOrEqual(got * 0.998);
    }
  });

  it('keeps n, least, most and mean exactly', () => {
    const samples = spread(999, 2);
    const latencies = decodeLatencies(record(samples));
    expect(latencies.n).toBe(999);
    expect(latencies.minUs).toBe(Math.min(...samples));
    expect(latencies.maxUs).toBe(Math.max(...samples));
    expect(latencies.meanUs).toBeCloseTo(samples.reduce((sum, us) => sum + us, 0) / 999, 6);
    expect(latencies.quantileUs(0)).toBe(latencies.minUs);
    expect(latencies.quantileUs(1)).toBe(latencies.maxUs);
  });

  it('tells whole microseconds apart below 2 ms', () => {
    const latencies = decodeLatencies(record([161, 162, 163]));
    expect(latencies.quantileUs(0.5)).toBe(162);
  });

  it('rounds to microseconds and takes an hour for anything longer', () => {
    const latencies = decodeLatencies(record([0.2, 0.6, 9e12]));
    expect([latencies.minUs, latencies.maxUs]).toEqual([0, HIGHEST_TRACKABLE_US]);
    expect(latencies.quantileUs(0.6)).toBe(1);
  });

  it('encodes the same samples to the same text, in any order', () => {
    const samples = spread(300, 3);
    expect(record(samples).encoded).toBe(record(samples.toReversed()).encoded);
  });

  it('is empty without requests, and has no quantiles then', () => {
    const latencies = decodeLatencies(record([]));
    expect(latencies).toMatchObject({ n: 0, minUs: 0, maxUs: 0, meanUs: 0 });
    expect(latencies.quantileUs(0.5)).toBeNull();
    expect(percentileCurve(latencies)).toEqual([]);
  });

  it('is refused when damaged', () => {
    const whole = record([1, 2, 3]);
    expect(() => decodeLatencies({ ...whole, encoded: 'AAAA' })).toThrow(/cannot be decoded/);
    expect(() => decodeLatencies({ ...whole, n: 4 })).toThrow(/as many latencies/);
  });
});

describe('merged histograms', () => {
  it('are the histogram of all samples together, not an average of percentiles', () => {
    const fast = Array.from({ length: 900 }, () => 100);
    const slow = Array.from({ length: 100 }, () => 50_000);
    const merged = mergeLatencies([record(fast), record([]), record(slow)]);
    const together = decodeLatencies(record([...fast, ...slow]));
    for (const q of [0.1, 0.5, 0.89, 0.91, 0.99]) expect(merged.quantileUs(q)).toBe(together.quantileUs(q));
    expect(merged.quantileUs(0.5)).toBe(100);
    expect(merged).toMatchObject({ n: 1_000, minUs: 100, maxUs: 50_000 });
    expect(merged.meanUs).toBeCloseTo(5_090, 9);
  });
});

describe('the percentile curve', () => {
  it('ends at the last quantile that has ten requests above it', () => {
    const curve = percentileCurve(decodeLatencies(record(spread(1_000, 4))));
    expect(curve.at(-1)?.[0]).toBe(0.99);
    const levels = curve.map(([, us]) => us);
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
  });

  it('counts a quantile as supported from n·(1−q) = 10 on', () => {
    expect(supportsQuantile(10_000, 0.999)).toBe(true);
    expect(supportsQuantile(9_999, 0.999)).toBe(false);
    expect(supportsQuantile(20, 0.5)).toBe(true);
    expect(supportsQuantile(19, 0.5)).toBe(false);
  });
});
