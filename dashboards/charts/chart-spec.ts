/** What a chart's script is given: plain data, drawn by `client.js` with Chart.js. */
import { type Html, html, jsonForScript } from '../report/html.ts';

export interface Colours {
  readonly light: string;
  readonly dark: string;
}

/** Latency by quantile: x is 1 ÷ (1 − q), so that each decade is one more nine. */
export interface CurveChart {
  readonly kind: 'curve';
  readonly series: readonly CurveSeries[];
}

export interface CurveSeries {
  readonly label: string;
  readonly colours: Colours;
  readonly dash: readonly number[];
  readonly point: string;
  readonly rotation: number;
  /** [1 ÷ (1 − quantile), µs] */
  readonly points: readonly (readonly [x: number, latencyUs: number])[];
}

/** Stacked horizontal bars of one cost; a negative part is drawn to the left of zero. */
export interface StackChart {
  readonly kind: 'stack';
  readonly axis: string;
  readonly parts: readonly { readonly label: string; readonly colours: Colours }[];
  readonly bars: readonly StackBar[];
}

export interface StackBar {
  readonly label: string;
  /** µs of each part, in the order of `parts`; null: the bar is one piece, `total`. */
  readonly partsUs: readonly (number | null)[] | null;
  readonly colours: Colours;
  readonly totalUs: number;
  readonly lowUs: number | null;
  readonly highUs: number | null;
  /** Written at the bar's end. */
  readonly text: string;
}

/** One metric against the number of connections, one line for each stack. */
export interface ScalingChart {
  readonly kind: 'scaling';
  readonly axis: string;
  /** Of the values: µs, or per second. */
  readonly unit: 'duration' | 'rate';
  readonly series: readonly ScalingSeries[];
}

export interface ScalingSeries {
  readonly label: string;
  readonly colours: Colours;
  readonly dash: readonly number[];
  readonly point: string;
  readonly rotation: number;
  readonly points: readonly {
    readonly connections: number;
    readonly value: number;
    readonly low: number | null;
    readonly high: number | null;
  }[];
}

export type ChartSpec = CurveChart | StackChart | ScalingChart;

/**
 * A chart's place in the page. Hidden until the script draws it; the table beside it says the same.
 * `heightPx` is its height; its width is the container's.
 */
export function chartFigure(spec: ChartSpec, label: string, heightPx: number, caption: string): Html {
  return html`<figure class="chart">
<figcaption>${caption}</figcaption>
<div class="canvas-box"><canvas role="img" aria-label="${label}" height="${heightPx}"></canvas></div>
<script type="application/json">${jsonForScript(spec)}</script>
</figure>
`;
}

/** Line patterns that tell several stacks of one model apart. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4]];
