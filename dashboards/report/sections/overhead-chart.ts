/** A process per request as stacked bars, beside the same app kept alive. */
import type { ForkOverhead } from '../../../results/analyse/model.ts';
import { chartFigure, type StackBar } from '../../charts/chart-spec.ts';
import { MODEL_STYLES, PART_STYLES } from '../../charts/palette.ts';
import { formatQuantity } from '../../quantity.ts';
import { deploymentWords } from '../../wording.ts';
import { type Html, html, NOTHING } from '../html.ts';
import type { View } from '../view.ts';
import {
  COST_WORDS,
  type Cost,
  PART_NAMES,
  partOf,
  pick,
  ratioOf,
  stackOfCell,
  totalOf,
} from './overhead-parts.ts';

/** Height of a bar with its label of up to three lines, and of everything else of a chart. */
const BAR_PX = 42;
const FRAME_PX = 110;

/** CPU and latency of one app, all its servers together. */
export function overheadCharts(view: View, title: string, overheads: readonly ForkOverhead[]): Html {
  return html`<div class="pair">${chart(view, title, overheads, 'cpu')}${chart(view, title, overheads, 'latency')}</div>
`;
}

function chart(view: View, title: string, overheads: readonly ForkOverhead[], cost: Cost): Html {
  const bars = overheads.flatMap((overhead) => barsOf(view, overhead, cost));
  if (bars.length === 0) return NOTHING;
  return chartFigure(
    {
      kind: 'stack',
      axis: COST_WORDS[cost],
      parts: PART_NAMES.map((name) => ({ label: name, colours: PART_STYLES[name] })),
      bars,
    },
    `${title}: ${COST_WORDS[cost]} of CGI, taken apart, beside the same app kept alive. The tables below have the figures.`,
    FRAME_PX + BAR_PX * bars.length,
    `${title}: ${COST_WORDS[cost]}. Whiskers: 95 % interval of the whole.`,
  );
}

function barsOf(view: View, overhead: ForkOverhead, cost: Cost): readonly StackBar[] {
  const resident = overhead.resident.flatMap((entry) => residentBar(view, entry, cost));
  return [...cgiBar(view, overhead, cost), ...resident];
}

function cgiBar(view: View, overhead: ForkOverhead, cost: Cost): readonly StackBar[] {
  const total = totalOf(overhead, cost);
  const stack = stackOfCell(view, overhead.cgiCell);
  if (total === null || stack === null) return [];
  const parts = PART_NAMES.map((name) => partOf(overhead, name, cost)?.point ?? null);
  return [
    {
      label: deploymentWords(stack),
      partsUs: parts.every((part) => part !== null) ? parts : null,
      colours: MODEL_STYLES.cgi,
      totalUs: total.point,
      lowUs: total.low,
      highUs: total.high,
      text: formatQuantity('duration', total.point),
    },
  ];
}

function residentBar(view: View, entry: ForkOverhead['resident'][number], cost: Cost): readonly StackBar[] {
  const stack = stackOfCell(view, entry.cellId);
  const estimate = pick(entry, cost);
  if (estimate === null || stack === null) return [];
  const ratio = ratioOf(entry, cost);
  const against = ratio === null ? '' : ` (CGI: ${formatQuantity('ratio', ratio.point)})`;
  return [
    {
      label: deploymentWords(stack),
      partsUs: null,
      colours: MODEL_STYLES[stack.model],
      totalUs: estimate.point,
      lowUs: estimate.low,
      highUs: estimate.high,
      text: `${formatQuantity('duration', estimate.point)}${against}`,
    },
  ];
}
