/** Ratios of stacks that serve the same app on the same host under the same workload. */
import { MODELS } from '../../core/words.ts';
import { type CellData, roundValues } from './cells.ts';
import { CONFIDENCE, pairedRatio, type RatioEstimate } from './estimate.ts';
import { holm } from './holm.ts';
import type { CellMetric, Comparison, Estimate } from './model.ts';

/** Ratios within this of 1 make no difference worth naming. */
export const TIE_MARGIN = 0.03;

/** The figures that are compared. */
export const COMPARED: readonly CellMetric[] = ['cpuUsPerRequest', 'throughputPerSec', 'p50Us'];

/**
 * All pairs of one app's stacks on one host under one workload. The base is the stack of the earlier model
 * (cgi before daemon, embedded, pool). The outcome is corrected by Holm over all comparisons of the same figure,
 * so an interval may exclude 1 where the outcome is `inconclusive`.
 */
export function compareCells(cells: readonly CellData[]): readonly Comparison[] {
  return COMPARED.flatMap((metric) => {
    const pairs = pairsOf(cells).flatMap(([base, other]) => {
      const estimate = pairedRatio(roundValues(base, metric), roundValues(other, metric));
      return estimate === null ? [] : [{ base: base.summary.id, other: other.summary.id, ...estimate }];
    });
    const adjusted = adjust(pairs);
    return pairs.map(({ base, other, ratio }, i) => ({
      metric,
      base,
      other,
      ratio,
      outcome: outcomeOf(ratio, adjusted[i] ?? null),
    }));
  });
}

/** `tie`: the whole interval lies within the margin. `more`, `less`: not so, and 1 is excluded after correction. */
export function outcomeOf(ratio: Estimate, adjustedP: number | null): Comparison['outcome'] {
  if (ratio.low === null || ratio.high === null || adjustedP === null) return 'inconclusive';
  if (ratio.low >= 1 / (1 + TIE_MARGIN) && ratio.high <= 1 + TIE_MARGIN) return 'tie';
  if (adjustedP > 1 - CONFIDENCE) return 'inconclusive';
  return ratio.point > 1 ? 'more' : 'less';
}

/** Holm over those that have a p value; the others keep null. */
function adjust(pairs: readonly RatioEstimate[]): readonly (number | null)[] {
  const known = holm(pairs.flatMap(({ p }) => (p === null ? [] : [p])));
  let next = 0;
  return pairs.map(({ p }) => (p === null ? null : (known[next++] ?? null)));
}

function pairsOf(cells: readonly CellData[]): readonly (readonly [CellData, CellData])[] {
  const groups = new Map<string, CellData[]>();
  for (const cell of cells) {
    // Labelled arms are placebos: the same stack once more, not an alternative to it.
    if (cell.summary.cell.label !== null || cell.launches.length === 0) continue;
    const key = JSON.stringify([cell.stack.app, cell.stack.host, cell.summary.cell.workload]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return [...groups.values()].flatMap((group) => {
    const ordered = group.toSorted((a, b) => MODELS.indexOf(a.stack.model) - MODELS.indexOf(b.stack.model));
    return ordered.flatMap((base, i) => ordered.slice(i + 1).map((other) => [base, other] as const));
  });
}
