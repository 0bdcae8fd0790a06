/** A process per request as a table: the parts of CGI, and the same app kept alive. */
import type { ForkOverhead } from '../../../results/analyse/model.ts';
import { deploymentWords, workloadWords } from '../../wording.ts';
import { estimateCell, marks } from '../figures.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { modelTag, type RowGroup, table } from '../table.ts';
import { hasNumbers, marksOf, type View } from '../view.ts';
import { reasonCells } from './efficiency.ts';
import {
  COST_WORDS,
  type Cost,
  overheadTitle,
  PART_NAMES,
  partOf,
  pick,
  ratioOf,
  stackOfCell,
  totalOf,
} from './overhead-parts.ts';

export function overheadTable(view: View, overheads: readonly ForkOverhead[], cost: Cost): Html {
  return table({
    caption: `A process per request, taken apart: ${COST_WORDS[cost]}`,
    captionMore: html` <span class="muted">Kept alive: the whole figure, and how many times as much CGI takes (paired by round).</span>`,
    columns: ['Deployment', 'Model', 'n', ...PART_NAMES, 'Whole', 'CGI ÷ this'],
    numericFrom: 2,
    groups: overheads.map((overhead) => group(view, overhead, cost)),
  });
}

function group(view: View, overhead: ForkOverhead, cost: Cost): RowGroup {
  const cell = view.cellById.get(overhead.cgiCell);
  const where = cell === undefined ? overhead.workload : workloadWords(cell.workload);
  return {
    title: `${overheadTitle(view, overhead)}: ${where}`,
    rows: [cgiRow(view, overhead, cost), ...overhead.resident.map((entry) => residentRow(view, entry, cost))],
  };
}

function cgiRow(view: View, overhead: ForkOverhead, cost: Cost): Html {
  const stack = stackOfCell(view, overhead.cgiCell);
  const cell = view.cellById.get(overhead.cgiCell);
  const head = html`<th scope="row">${stack === null ? overhead.cgiCell : deploymentWords(stack)}</th><td>${modelTag('cgi')}</td>`;
  if (cell !== undefined && !hasNumbers(cell)) {
    return html`<tr class="bad">${head}${reasonCells(cell, PART_NAMES.length + 3)}</tr>\n`;
  }
  const total = totalOf(overhead, cost);
  const n = total?.n ?? 0;
  const parts = PART_NAMES.map((name) =>
    estimateCell(partOf(overhead, name, cost), 'duration', {
      source: { cell: overhead.cgiCell, metric: `overhead:${cost}:${name}` },
      n,
    }),
  );
  const whole = estimateCell(total, 'duration', {
    source: { cell: overhead.cgiCell, metric: `overhead:${cost}:total` },
    n,
    after: marksFor(view, overhead.cgiCell, cost),
  });
  return html`<tr>${head}<td class="num">${n}</td>${parts}${whole}<td></td></tr>
`;
}

function residentRow(view: View, entry: ForkOverhead['resident'][number], cost: Cost): Html {
  const stack = stackOfCell(view, entry.cellId);
  const cell = view.cellById.get(entry.cellId);
  if (stack === null || cell === undefined) return NOTHING;
  const head = html`<th scope="row">${deploymentWords(stack)}</th><td>${modelTag(stack.model)}</td>`;
  if (!hasNumbers(cell)) {
    return html`<tr class="bad">${head}${reasonCells(cell, PART_NAMES.length + 3)}</tr>\n`;
  }
  const estimate = pick(entry, cost);
  const n = estimate?.n ?? 0;
  const whole = estimateCell(estimate, 'duration', {
    source: { cell: entry.cellId, metric: `overhead:${cost}:resident` },
    n,
    after: marksFor(view, entry.cellId, cost),
  });
  const ratio = estimateCell(ratioOf(entry, cost), 'ratio', {
    source: { cell: entry.cellId, metric: `overhead:${cost}:ratio` },
    n,
  });
  return html`<tr>${head}<td class="num">${n}</td>${PART_NAMES.map(() => html`<td></td>`)}${whole}${ratio}</tr>
`;
}

function marksFor(view: View, cellId: string, cost: Cost): Html {
  const cell = view.cellById.get(cellId);
  return cell === undefined
    ? NOTHING
    : marks(view, marksOf(cell, cost === 'cpu' ? 'cpuUsPerRequest' : 'meanUs'));
}
