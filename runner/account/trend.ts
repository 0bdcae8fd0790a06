/** Whether a series has a trend. Pure. */

/** Bins from which the trend test is used; below, halves are compared. */
const TREND_BINS = 30;
const FEWEST_BINS = 6;
/** Two-sided 0.1 % of the normal distribution: windows are many, and an alarm should mean something. */
const TREND_Z = 3.29;
/** Student's t at about 0.1 %, two-sided, for the few degrees of freedom that two short halves have. */
const HALVES_T = 5;
/** A trend below this is of no consequence, however surely it is there. */
const TREND_CHANGE = 0.15;
const HALVES_CHANGE = 0.25;

export interface Trend {
  /** Last part ÷ first part, minus 1. */
  readonly change: number;
  /** How sure: z of Mann and Kendall's test, or t of the two halves. */
  readonly statistic: number;
  readonly test: 'mann-kendall' | 'halves';
}

/** null: no trend, or too few bins to tell. */
export function findTrend(bins: readonly number[]): Trend | null {
  if (bins.length < FEWEST_BINS) return null;
  const long = bins.length >= TREND_BINS;
  const parts = long ? 3 : 2;
  const size = Math.floor(bins.length / parts);
  const first = bins.slice(0, size);
  const last = bins.slice(-size);
  const base = mean(first);
  const change = base === 0 ? (mean(last) === 0 ? 0 : Number.POSITIVE_INFINITY) : mean(last) / base - 1;
  const statistic = long ? mannKendallZ(bins) : welchT(first, last);
  const isTrend =
    Math.abs(statistic) > (long ? TREND_Z : HALVES_T) &&
    Math.abs(change) > (long ? TREND_CHANGE : HALVES_CHANGE);
  return isTrend ? { change, statistic, test: long ? 'mann-kendall' : 'halves' } : null;
}

/** S over its standard deviation without trend, corrected for ties and continuity. [Kendall 1975] */
function mannKendallZ(bins: readonly number[]): number {
  const n = bins.length;
  let s = 0;
  for (const [at, earlier] of bins.entries()) {
    for (const later of bins.slice(at + 1)) s += Math.sign(later - earlier);
  }
  const ties = new Map<number, number>();
  for (const bin of bins) ties.set(bin, (ties.get(bin) ?? 0) + 1);
  const term = (k: number) => k * (k - 1) * (2 * k + 5);
  const variance = (term(n) - [...ties.values()].reduce((sum, k) => sum + term(k), 0)) / 18;
  return variance <= 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
}

function welchT(a: readonly number[], b: readonly number[]): number {
  const error = Math.sqrt(variance(a) / a.length + variance(b) / b.length);
  const gap = mean(b) - mean(a);
  if (error === 0) return gap === 0 ? 0 : Math.sign(gap) * Number.POSITIVE_INFINITY;
  return gap / error;
}

const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length;

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((total, value) => total + (value - centre) ** 2, 0) / (values.length - 1);
}
