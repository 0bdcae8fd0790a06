/** How answers word numbers: two to three digits, the unit that fits, the interval and n beside them. */

import { METRICS_OF } from './launches.ts';
import type { CellSummary, Estimate } from './model.ts';

/** A span of CPU or wall time, per request: `35 ms`, `0.12 ms`, `1.2 s`. */
export function spanOf(us: number): string {
  if (Math.abs(us) >= 1e6) return `${digits(us / 1e6)} s`;
  return `${digits(us / 1_000)} ms`;
}

/** A factor: `290 times`, `2.3 times`. */
export const timesOf = (ratio: number): string => `${digits(ratio)} times`;

/** `95 % interval 270–310, 5 launches`, or that there is none. */
export function certainty({ low, high, n }: Estimate, word: (value: number) => string = digits): string {
  const launches = n === 1 ? '1 launch' : `${n} launches`;
  if (low === null || high === null) return `no interval: ${launches} only`;
  return `95 % interval ${word(low)}–${word(high)}, ${launches}`;
}

/** Two significant digits; three from 100 on, and near 1 where the second says little of a factor. */
export function digits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return '0';
  const size = Math.abs(value);
  const figures = size >= 100 || (size >= 0.9 && size < 2) ? 3 : 2;
  const rounded = Number(size.toPrecision(figures));
  const decimals = Math.max(0, figures - 1 - Math.floor(Math.log10(rounded)));
  const text = rounded >= 1_000 ? withSpaces(rounded) : rounded.toFixed(decimals);
  return value < 0 ? `−${text}` : text;
}

const withSpaces = (value: number): string => value.toFixed(0).replaceAll(/\B(?=(\d{3})+$)/g, ' ');

/** Codes of suspect findings that speak of a cell's CPU. */
export function doubtsAboutCpu(cell: CellSummary): readonly string[] {
  return cell.findings
    .map(({ finding }) => finding)
    .filter(({ severity }) => severity !== 'note')
    .filter(
      ({ metrics }) => metrics.length === 0 || metrics.some((m) => METRICS_OF[m].includes('cpuUsPerRequest')),
    )
    .map(({ code }) => code);
}

/** `a, b and c` */
export function listOf(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
