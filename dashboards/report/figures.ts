/** A measured number in a table: value, interval, mark, and the exact figures as data attributes. */
import type { CellMetric, CellSummary, Estimate } from '../../results/analyse/model.ts';
import { FINDING_CODES } from '../../results/schema/findings.ts';
import { formatInterval, formatQuantity, type QuantityKind } from '../quantity.ts';
import { METRIC_WORDS } from '../wording.ts';
import { attribute, type Content, type Html, html, NOTHING } from './html.ts';
import { hasNumbers, marksOf, type View } from './view.ts';

/** Which record a number comes from, so that it can be traced and derived again. */
export interface Source {
  readonly cell: string;
  readonly metric: string;
}

/** `<td>` of a cell's metric. An invalid cell has no numbers: callers show its reason instead. */
export function metricCell(
  view: View,
  cell: CellSummary,
  metric: CellMetric,
  n: number = cell.launches,
): Html {
  const estimate = cell.metrics[metric];
  if (estimate === null || !hasNumbers(cell)) return unknownCell(whyUnknown(cell, metric));
  const bound = metric === 'throughputPerSec' && cell.throughputIsBound;
  return estimateCell(estimate, METRIC_WORDS[metric].kind, {
    source: { cell: cell.id, metric },
    n,
    before: bound ? '≥ ' : null,
    after: marks(view, marksOf(cell, metric)),
  });
}

/** `<td>` of any estimate. `n` is the row's number of launches: said again only where it differs. */
export function estimateCell(
  estimate: Estimate | null,
  kind: QuantityKind,
  more: { source?: Source; n?: number; before?: Content; after?: Content } = {},
): Html {
  if (estimate === null) return unknownCell('not measured');
  return html`<td class="num"${dataAttributes(estimate, more.source)}>${figure(estimate, kind, more)}</td>`;
}

/** A number with its interval (and n, unless the row says it) for running text and tables. */
export function figure(
  estimate: Estimate,
  kind: QuantityKind,
  more: { n?: number; before?: Content; after?: Content } = {},
): Html {
  const interval =
    estimate.low === null || estimate.high === null
      ? `n = ${estimate.n}, no interval`
      : `${formatInterval(kind, estimate.point, estimate.low, estimate.high)}${estimate.n === more.n ? '' : ` n = ${estimate.n}`}`;
  return html`${more.before ?? null}${formatQuantity(kind, estimate.point)}${more.after ?? null} <small class="ci">${interval}</small>`;
}

export function dataAttributes(estimate: Estimate, source: Source | undefined): Html {
  if (source === undefined) return NOTHING;
  return html`${attribute('data-cell', source.cell)}${attribute('data-metric', source.metric)}${attribute('data-value', estimate.point)}${attribute('data-low', estimate.low)}${attribute('data-high', estimate.high)}${attribute('data-n', estimate.n)}`;
}

export function unknownCell(why: string): Html {
  return html`<td class="num none" title="${why}">—</td>`;
}

/** Superscript question marks, each leading to its finding. */
export function marks(view: View, codes: readonly string[]): Html {
  return html`${codes.map((code) => {
    const anchor = view.findingAnchors.get(code) ?? 'findings';
    return html`<sup><a class="mark" href="#${anchor}" title="${code}: ${meaningOf(code)}" aria-label="suspect: ${code}">?</a></sup>`;
  })}`;
}

/** What a finding code means; a code of a newer lab is shown as it is. */
export function meaningOf(code: string): string {
  return knownCode(code)?.meaning ?? 'A finding that this version of the lab does not know.';
}

export function remedyOf(code: string): string {
  return knownCode(code)?.remedy ?? '';
}

function knownCode(code: string): { readonly meaning: string; readonly remedy: string } | undefined {
  const known: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> =
    FINDING_CODES;
  return Object.hasOwn(known, code) ? known[code] : undefined;
}

function whyUnknown(cell: CellSummary, metric: CellMetric): string {
  const isQuantile = metric === 'p90Us' || metric === 'p99Us' || metric === 'p999Us';
  const figure = METRIC_WORDS[metric].figure;
  const taken = cell.findings.find(
    ({ finding }) => finding.severity === 'invalid' && finding.metrics.includes(figure),
  );
  if (taken !== undefined) return `taken away by ${taken.finding.code}: ${taken.finding.evidence}`;
  if (isQuantile && cell.metrics.p50Us !== null)
    return 'too few requests: a quantile is shown when at least 10 lie beyond it';
  return 'not measured';
}
