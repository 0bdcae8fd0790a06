/**
 * Dots with 95 % intervals on a logarithmic axis, drawn as HTML rows with one small SVG each: positions are
 * per cent, so it fits any width without scaling its text, prints, and needs no script.
 */
import type { Model } from '../../core/words.ts';
import type { Estimate } from '../../results/analyse/model.ts';
import { formatInterval, formatQuantity, type QuantityKind } from '../quantity.ts';
import { type Html, html, NOTHING } from '../report/html.ts';
import { type LogAxis, logAxis } from './log-axis.ts';
import { MODEL_STYLES } from './palette.ts';

export interface PlotRow {
  readonly label: string;
  readonly model: Model;
  readonly estimate: Estimate;
  /** Shown hollow, with a "?" after its figure. */
  readonly suspect: boolean;
  /** A lower bound: shown with "≥". */
  readonly isBound: boolean;
}

export interface PlotGroup {
  readonly title: string;
  readonly rows: readonly PlotRow[];
}

export interface IntervalPlot {
  /** What is drawn, for readers who cannot see it. */
  readonly label: string;
  readonly kind: QuantityKind;
  readonly groups: readonly PlotGroup[];
}

/** The plot; the same figures must stand in a table nearby. */
export function intervalPlot(plot: IntervalPlot): Html {
  const rows = plot.groups.flatMap((group) => group.rows);
  if (rows.length === 0) return NOTHING;
  const axis = logAxis(
    rows.flatMap(({ estimate }) => [
      estimate.point,
      estimate.low ?? estimate.point,
      estimate.high ?? estimate.point,
    ]),
  );
  return html`<div class="plot" role="img" aria-label="${plot.label}">
${plot.groups.map((group) => groupMarkup(group, axis, plot.kind))}
<div class="plot-row plot-axis"><span></span><span class="track"><svg aria-hidden="true">${ticks(axis, plot.kind)}</svg></span><span></span></div>
</div>`;
}

function groupMarkup(group: PlotGroup, axis: LogAxis, kind: QuantityKind): Html {
  if (group.rows.length === 0) return NOTHING;
  return html`<p class="plot-group">${group.title}</p>
${group.rows.map((row) => rowMarkup(row, axis, kind))}`;
}

function rowMarkup(row: PlotRow, axis: LogAxis, kind: QuantityKind): Html {
  const { point, low, high } = row.estimate;
  const figure = `${row.isBound ? '≥ ' : ''}${formatQuantity(kind, point)}${row.suspect ? ' ?' : ''}`;
  const spread = low === null || high === null ? 'no interval' : formatInterval(kind, point, low, high);
  return html`<div class="plot-row m-${row.model}"><span class="plot-name">${row.label}</span><span class="track">${drawing(row, axis)}</span><span class="plot-figure">${figure} <small>${spread}</small></span></div>
`;
}

function drawing({ estimate, model, suspect }: PlotRow, axis: LogAxis): Html {
  const { point, low, high } = estimate;
  const x = percent(axis.at(point));
  const interval = low === null || high === null ? NOTHING : level('whisker', axis.at(low), axis.at(high));
  const dot = suspect ? 'dot hollow' : 'dot';
  return html`<svg aria-hidden="true">${grid(axis)}${level('rail', 0, axis.at(point))}${interval}<svg x="${x}" y="50%" overflow="visible"><path class="${dot}" d="${MODEL_STYLES[model].path}"/></svg></svg>`;
}

const level = (name: string, from: number, to: number): Html =>
  html`<line class="${name}" x1="${percent(from)}" x2="${percent(to)}" y1="50%" y2="50%"/>`;

const grid = (axis: LogAxis): readonly Html[] =>
  axis.ticks.map((tick) => {
    const x = percent(axis.at(tick));
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
  });

const ticks = (axis: LogAxis, kind: QuantityKind): readonly Html[] =>
  axis.ticks.map((tick) => {
    const at = axis.at(tick);
    const anchor = at < 4 ? 'start' : at > 96 ? 'end' : 'middle';
    return html`<text x="${percent(at)}" y="12" text-anchor="${anchor}">${tickText(kind, tick)}</text>`;
  });

/** A tick is a round number: `10 ms`, not `10.0 ms`. */
function tickText(kind: QuantityKind, tick: number): string {
  return formatQuantity(kind, tick)
    .replace(/(\.\d*?)0+(?=\D|$)/, '$1')
    .replace(/\.(?=\D|$)/, '');
}

const percent = (value: number): string => `${Number(value.toFixed(2))}%`;
