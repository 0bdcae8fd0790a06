/**
 * Recorded histograms, decoded. Counts are merged, percentiles are never averaged.
 * The histogram library's types do not leave this file.
 */
import { build, decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import { LabError } from '../../core/errors.ts';
import type { HistogramRecord } from '../schema/observation.ts';

/** One or more windows' latencies. */
export interface Latencies {
  readonly n: number;
  /** Exact, not by bucket. 0 when n is 0. */
  readonly minUs: number;
  readonly maxUs: number;
  readonly meanUs: number;
  /**
   * Smallest latency that at least q·n requests did not exceed (nearest rank), right to 0.1 %; null when n is 0.
   * @param q from 0 to 1
   */
  quantileUs(q: number): number | null;
}

/** A quantile is shown only where at least this many requests lie above it. */
export const SAMPLES_ABOVE_QUANTILE = 10;

/** Whether n requests suffice to show quantile q: n·(1−q) ≥ 10. */
export const supportsQuantile = (n: number, q: number): boolean =>
  // The tolerance keeps 10 000 requests enough for p99.9, whatever 1 − 0.999 is in binary.
  n * (1 - q) >= SAMPLES_ABOVE_QUANTILE - 1e-6;

/** Decodes one record. @throws LabError E_CORRUPT */
export function decodeLatencies(record: HistogramRecord): Latencies {
  return mergeLatencies([record]);
}

/** Adds the counts of all records. @throws LabError E_CORRUPT */
export function mergeLatencies(records: readonly HistogramRecord[]): Latencies {
  const merged = records.map(decode).reduce((sum, each) => {
    sum.add(each);
    return sum;
  }, emptyHistogram());
  const filled = records.filter((record) => record.n > 0);
  const n = filled.reduce((sum, record) => sum + record.n, 0);
  const minUs = n === 0 ? 0 : Math.min(...filled.map((record) => record.minUs));
  const maxUs = Math.max(0, ...filled.map((record) => record.maxUs));
  return {
    n,
    minUs,
    maxUs,
    meanUs: n === 0 ? 0 : filled.reduce((sum, record) => sum + record.meanUs * record.n, 0) / n,
    quantileUs: (q) =>
      // A bucket's upper end may lie above the largest latency that was really seen.
      n === 0 ? null : Math.max(minUs, Math.min(maxUs, merged.getValueAtPercentile(q * 100))),
  };
}

/**
 * Points of the percentile curve for drawing: [quantile, µs], from the median's side to the last quantile
 * that n supports, in steps that halve the distance to 1.
 */
export function percentileCurve(latencies: Latencies): (readonly [quantile: number, latencyUs: number])[] {
  const points: (readonly [number, number])[] = [];
  for (const q of CURVE_QUANTILES) {
    const us = supportsQuantile(latencies.n, q) ? latencies.quantileUs(q) : null;
    if (us !== null) points.push([q, us]);
  }
  return points;
}

const CURVE_QUANTILES: readonly number[] = [
  ...Array.from({ length: 10 }, (_, index) => index / 10),
  0.925,
  0.95,
  0.975,
  0.99,
  0.9925,
  0.995,
  0.9975,
  0.999,
  0.9995,
  0.9999,
  0.99999,
];

function decode(record: HistogramRecord): Histogram {
  let histogram: Histogram;
  try {
    histogram = decodeFromCompressedBase64(record.encoded, 32);
  } catch (cause) {
    throw new LabError('E_CORRUPT', 'a recorded histogram cannot be decoded', { cause });
  }
  if (histogram.totalCount !== record.n) {
    throw new LabError(
      'E_CORRUPT',
      'a recorded histogram does not hold as many latencies as its record says',
      {
        facts: { recorded: record.n, found: histogram.totalCount },
      },
    );
  }
  return histogram;
}

function emptyHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
  });
}
