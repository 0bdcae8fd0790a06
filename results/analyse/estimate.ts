/**
 * From one number per launch to a number with its interval (Kalibera & Jones 2013: the launch is the replicate).
 * t intervals, because a percentile bootstrap of so few launches covers far less than it says.
 */
import type { Estimate } from './model.ts';
import { tCritical, tTwoSidedP } from './student.ts';

export const CONFIDENCE = 0.95;
/** Below this many launches an estimate is a mark without an interval. */
export const MIN_LAUNCHES = 3;

/**
 * Mean and t interval in logs, given back in the figure's own unit: the point is the geometric mean.
 * For figures that are positive and vary by a factor: latencies, CPU, rates, sizes.
 * null without values, or when one is not positive (a counter too coarse to see anything is not a measurement).
 */
export function estimateInLogs(values: readonly number[]): Estimate | null {
  if (values.length === 0 || values.some((value) => !(value > 0))) return null;
  return fromLogs(estimate(values.map(Math.log)));
}

const fromLogs = ({ point, low, high, n }: Estimate): Estimate => ({
  point: Math.exp(point),
  low: low === null ? null : Math.exp(low),
  high: high === null ? null : Math.exp(high),
  n,
});

/** Mean and t interval as they are: for differences, which may be zero or negative. null without values. */
export function estimateAsIs(values: readonly number[]): Estimate | null {
  return values.length === 0 ? null : estimate(values);
}

/** A figure that one launch cannot give is withheld: the others alone would be a choice of launches. */
export function estimateAll(
  values: readonly (number | null)[],
  by: (values: readonly number[]) => Estimate | null,
): Estimate | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? by(known) : null;
}

/** A paired ratio, with the two-sided p value of "the ratio is 1" (null below three pairs). */
export interface RatioEstimate {
  readonly ratio: Estimate;
  readonly p: number | null;
}

/** One launch's figure, and the round that it is paired by. */
export interface RoundValue {
  readonly round: number;
  readonly value: number;
}

/**
 * other ÷ base by the t interval of the log ratio of each round that has both: what a slow minute of the
 * machine does to both arms falls out. null when no round has both, or a value is not positive.
 */
export function pairedRatio(base: readonly RoundValue[], other: readonly RoundValue[]): RatioEstimate | null {
  const logs: number[] = [];
  for (const [a, b] of pairByRound(base, other)) {
    if (!(a > 0) || !(b > 0)) return null;
    logs.push(Math.log(b / a));
  }
  return logs.length === 0 ? null : { ratio: fromLogs(estimate(logs)), p: pOfZero(logs) };
}

/** other − base, paired by round. null when no round has both. */
export function pairedDifference(base: readonly RoundValue[], other: readonly RoundValue[]): Estimate | null {
  return estimateAsIs(pairByRound(base, other).map(([a, b]) => b - a));
}

function pairByRound(base: readonly RoundValue[], other: readonly RoundValue[]): [number, number][] {
  const byRound = new Map(base.map(({ round, value }) => [round, value]));
  const pairs: [number, number][] = [];
  for (const { round, value } of other) {
    const partner = byRound.get(round);
    if (partner !== undefined) pairs.push([partner, value]);
  }
  return pairs;
}

function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = meanOf(values);
  if (n < MIN_LAUNCHES) return { point: mean, low: null, high: null, n };
  const half = tCritical(CONFIDENCE, n - 1) * standardError(values, mean);
  return { point: mean, low: mean - half, high: mean + half, n };
}

/** Two-sided p of "the mean is 0", one-sample t test. */
function pOfZero(values: readonly number[]): number | null {
  if (values.length < MIN_LAUNCHES) return null;
  const mean = meanOf(values);
  if (mean === 0) return 1;
  return tTwoSidedP(mean / standardError(values, mean), values.length - 1);
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function standardError(values: readonly number[], mean: number): number {
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
