/** Requests per core-second, CPU per request and throughput: one block for each workload of a scenario. */
import type { CellMetric, CellSummary } from '../../../results/analyse/model.ts';
import { intervalPlot, type PlotGroup } from '../../charts/interval-plot.ts';
import { formatQuantity, plural } from '../../quantity.ts';
import { deploymentWords, METRIC_WORDS, workloadWords } from '../../wording.ts';
import { estimateCell, marks, metricCell, unknownCell } from '../figures.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { fold, modelTag, type RowGroup, table } from '../table.ts';
import {
  type AppGroup,
  hasNumbers,
  marksOf,
  type Row,
  type ScenarioView,
  type View,
  type WorkloadView,
} from '../view.ts';
import { byApp } from './app-folds.ts';
import { modelLegend } from './legend.ts';

export function efficiencySection(view: View, scenario: ScenarioView): Html {
  const [first, ...others] = scenario.workloads;
  if (first === undefined) return NOTHING;
  return html`<h3>Requests per core-second, and throughput</h3>
<p>How many requests one processor core can answer in a second of its time: 1 ÷ CPU per request, counted over
every process of the stack. It is the headline because stack and load generator share this machine's cores:
throughput measures both together, processor time per request only the stack.</p>
${modelLegend(view)}
${workloadBlock(view, first)}
${others.map((workload) => fold(summaryOf(workload), workloadBlock(view, workload)))}`;
}

function summaryOf(workload: WorkloadView): Html {
  const rows = workload.groups.flatMap((group) => group.rows).filter((row) => hasNumbers(row.cell));
  const values = rows.flatMap((row) => row.cell.metrics.requestsPerCoreSec?.point ?? []);
  const range =
    values.length === 0
      ? 'no figures'
      : `${formatQuantity('coreRate', Math.min(...values))} to ${formatQuantity('coreRate', Math.max(...values))} requests per core-second over ${plural(values.length, 'stack')}`;
  return html`<b>${workload.name}</b>: ${workloadWords(workload.workload)} <span class="muted">${range}</span>`;
}

function workloadBlock(view: View, workload: WorkloadView): Html {
  return html`<h4>${workload.name}: ${workloadWords(workload.workload)}</h4>
${byApp(workload.groups, (groups) => groupsBlock(view, workload, groups))}`;
}

function groupsBlock(view: View, workload: WorkloadView, groups: readonly AppGroup[]): Html {
  const where = workloadWords(workload.workload);
  return html`${plotOf(groups, 'requestsPerCoreSec', `Requests per core-second, ${where}`)}
${fold('Throughput as a picture', plotOf(groups, 'throughputPerSec', `Requests per second, ${where}`))}
${table({
  caption: `Efficiency and throughput, ${where}`,
  captionMore: html` <span class="muted">Small: 95 % interval over n launches. ≥: a lower bound, the generator was at its limit. <b class="mark">?</b>: suspect, follow the mark.</span>`,
  columns: [
    'Deployment',
    'Model',
    'n',
    'Requests per core-second',
    'CPU per request',
    'of it: server',
    'of it: backend',
    'Requests per second',
  ],
  numericFrom: 2,
  groups: groups.map((group) => groupRows(view, group)),
})}`;
}

function groupRows(view: View, group: AppGroup): RowGroup {
  return { title: group.title, rows: group.rows.map((row) => efficiencyRow(view, row)) };
}

function efficiencyRow(view: View, { cell, stack }: Row): Html {
  const head = html`<th scope="row" title="${stack.name}">${deploymentWords(stack)}</th><td>${modelTag(stack.model)}</td>`;
  if (!hasNumbers(cell)) return html`<tr class="bad">${head}${reasonCells(cell, 6)}</tr>\n`;
  const cpuMarks = marks(view, marksOf(cell, 'cpuUsPerRequest'));
  const role = (name: 'host' | 'backend') => {
    const estimate = cell.cpuByRole[name];
    return estimate === null
      ? unknownCell(name === 'backend' ? 'the lab started no process behind the server' : 'not measured')
      : estimateCell(estimate, 'duration', {
          source: { cell: cell.id, metric: `cpuUsPerRequest:${name}` },
          n: cell.launches,
          after: cpuMarks,
        });
  };
  return html`<tr>${head}<td class="num">${cell.launches}</td>${metricCell(view, cell, 'requestsPerCoreSec')}${metricCell(view, cell, 'cpuUsPerRequest')}${role('host')}${role('backend')}${metricCell(view, cell, 'throughputPerSec')}</tr>
`;
}

/** An invalid or missing cell: its reason over all numeric columns, never a number. */
export function reasonCells(cell: CellSummary, columns: number): Html {
  return html`<td class="reason" colspan="${columns}"><b>${cell.verdict}</b>: ${cell.reason ?? 'no reason was recorded'}</td>`;
}

/** Dots of one metric; cells without valid numbers are left out. */
export function plotOf(groups: readonly AppGroup[], metric: CellMetric, label: string): Html {
  return intervalPlot({
    label: `${label}. The table below has the same figures.`,
    kind: METRIC_WORDS[metric].kind,
    groups: groups.map((group) => plotGroup(group, metric)),
  });
}

export function plotGroup(
  group: AppGroup,
  metric: CellMetric,
  label: (row: Row) => string = ({ stack }) => deploymentWords(stack),
): PlotGroup {
  return {
    title: group.title,
    rows: group.rows.flatMap((row) => {
      const { cell, stack } = row;
      const estimate = hasNumbers(cell) ? cell.metrics[metric] : null;
      if (estimate === null) return [];
      return [
        {
          label: label(row),
          model: stack.model,
          estimate,
          suspect: marksOf(cell, metric).length > 0,
          isBound: metric === 'throughputPerSec' && cell.throughputIsBound,
        },
      ];
    }),
  };
}
