/** Memory, processes per request and start-up: one row for each stack. */
import type { CellSummary, Estimate, StackSummary } from '../../../results/analyse/model.ts';
import type { Finding } from '../../../results/schema/finding.ts';
import { intervalPlot, type PlotRow } from '../../charts/interval-plot.ts';
import { formatNumber } from '../../quantity.ts';
import { deploymentWords } from '../../wording.ts';
import { estimateCell, marks, unknownCell } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { modelTag, table } from '../table.ts';
import { groupStacks, hasNumbers, marksOf, type View } from '../view.ts';

export function memorySection(view: View): Html {
  const groups = groupStacks(view.analysis.stacks);
  return html`<section id="memory">
<h2>Memory, processes and start-up</h2>
<p>Memory is the proportional set size (PSS) of all processes of a stack under load, at its largest: memory that several of
them share is counted once. For CGI, whose processes are gone too soon to be sampled, it is that of <em>one</em> process
held in a request, without the server: multiply by the requests under way. Processes per request come from a series of
requests that ask the application who it is; 1.00 means a new process each time.</p>
${intervalPlot({
  label: 'Memory of each stack. The table below has the same figures.',
  kind: 'bytes',
  groups: groups.map((group) => ({
    title: group.title,
    rows: group.stacks.flatMap((summary) => plotRow(view, summary)),
  })),
})}
${table({
  caption: 'Memory, processes per request, start-up',
  captionMore: html` <span class="muted">First answer: launch to the first good answer. Warm: until every worker has answered. n: launches.</span>`,
  columns: [
    'Deployment',
    'Model',
    'n',
    'Memory (PSS)',
    'Processes per request',
    'Tasks per request',
    'First answer',
    'Warm',
  ],
  numericFrom: 2,
  groups: groups.map((group) => ({
    title: group.title,
    rows: group.stacks.map((summary) => tableRow(view, summary)),
  })),
})}
</section>
`;
}

function plotRow(view: View, summary: StackSummary): readonly PlotRow[] {
  const estimate = summary.heldProcessPssBytes;
  if (estimate === null) return [];
  const perProcess = summary.stack.model === 'cgi' ? ', one process' : '';
  return [
    {
      label: `${deploymentWords(summary.stack)}${perProcess}`,
      model: summary.stack.model,
      estimate,
      suspect: codesOf(view, summary, 'memory').length > 0,
      isBound: false,
    },
  ];
}

function tableRow(view: View, summary: StackSummary): Html {
  const { stack } = summary;
  const cell = (
    estimate: Estimate | null,
    metric: string,
    kind: 'bytes' | 'span',
    figure: Figure,
    unit = '',
  ) =>
    estimateCell(estimate, kind, {
      source: { cell: stack.name, metric },
      n: summary.completed,
      after: html`${unit}${marks(view, codesOf(view, summary, figure))}`,
    });
  return html`<tr><th scope="row" title="${stack.name}">${deploymentWords(stack)}</th><td>${modelTag(stack.model)}</td><td class="num">${summary.completed}</td>${cell(
    summary.heldProcessPssBytes,
    'heldProcessPssBytes',
    'bytes',
    'memory',
    stack.model === 'cgi' ? ' per process' : '',
  )}${processCell(summary)}${tasksCell(view, summary)}${cell(summary.firstAnswerMs, 'firstAnswerMs', 'span', 'start-up')}${
    summary.warmMs === null
      ? html`<td class="num none" title="no workers to wait for, or not measured">—</td>`
      : cell(summary.warmMs, 'warmMs', 'span', 'start-up')
  }</tr>
`;
}

type Figure = Finding['metrics'][number];

/** Suspect findings, of the stack or of one of its cells, that speak of a figure of the whole stack. */
function codesOf(view: View, summary: StackSummary, figure: Figure): readonly string[] {
  const ofCells = cellsOf(view, summary).flatMap((cell) => cell.findings);
  const speaking = [...summary.findings, ...ofCells].filter(
    ({ finding }) =>
      finding.severity === 'suspect' &&
      (finding.metrics.includes(figure) ||
        (finding.metrics.length === 0 && summary.findings.some((own) => own.finding.code === finding.code))),
  );
  return [...new Set(speaking.map(({ finding }) => finding.code))].sort();
}

const cellsOf = (view: View, summary: StackSummary): readonly CellSummary[] =>
  view.analysis.cells.filter(
    (cell) => cell.cell.stack === summary.stack.name && cell.cell.label === null && hasNumbers(cell),
  );

function processCell({ processes, stack }: StackSummary): Html {
  if (processes === null) return unknownCell('not measured: the app does not answer /who');
  return html`<td class="num" data-cell="${stack.name}" data-metric="processesPerRequest" data-value="${processes.perRequest}">${formatNumber(processes.perRequest, processes.perRequest < 0.1 ? 3 : 2)} <small class="ci">${formatNumber(processes.distinct)} in ${formatNumber(processes.requests)} requests</small></td>`;
}

/** Tasks are counted machine-wide: of a stack's cells the one with the fewest connections disturbs least. */
function tasksCell(view: View, summary: StackSummary): Html {
  const cells = cellsOf(view, summary).filter((cell) => cell.metrics.tasksPerRequest !== null);
  const quietest = [...cells].sort((a, b) => a.workload.load.connections - b.workload.load.connections)[0];
  const estimate = quietest?.metrics.tasksPerRequest ?? null;
  if (quietest === undefined || estimate === null) return unknownCell('not measured');
  return estimateCell(estimate, 'count', {
    source: { cell: quietest.id, metric: 'tasksPerRequest' },
    n: summary.completed,
    after: marks(view, marksOf(quietest, 'tasksPerRequest')),
  });
}
