/** Latency: at one connection first, and apart from it under saturation. Never both on one axis. */
import type { CellMetric } from '../../../results/analyse/model.ts';
import { type CurveSeries, chartFigure, DASHES } from '../../charts/chart-spec.ts';
import { MODEL_STYLES } from '../../charts/palette.ts';
import { formatNumber } from '../../quantity.ts';
import { deploymentWords, workloadWords } from '../../wording.ts';
import { metricCell } from '../figures.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { fold, modelTag, table } from '../table.ts';
import {
  type AppGroup,
  hasNumbers,
  type Row,
  type ScenarioView,
  type View,
  type WorkloadView,
} from '../view.ts';
import { byApp } from './app-folds.ts';
import { reasonCells } from './efficiency.ts';

const QUANTILES: readonly CellMetric[] = ['meanUs', 'p50Us', 'p90Us', 'p99Us', 'p999Us', 'maxUs'];

export function latencySection(view: View, scenario: ScenarioView): Html {
  const single = scenario.workloads.filter(({ workload }) => workload.load.connections === 1);
  const saturated = scenario.workloads.filter(({ workload }) => workload.load.connections > 1);
  const [first, ...others] = single;
  return html`${
    first === undefined
      ? NOTHING
      : html`<h3>Latency at one connection</h3>
<p>One request at a time, so nothing waits in a queue: this is how long the stack itself takes.</p>
${latencyBlock(view, first)}
${others.map((workload) => fold(html`<b>${workload.name}</b>: ${workloadWords(workload.workload)}`, latencyBlock(view, workload)))}`
  }
${
  saturated.length === 0
    ? NOTHING
    : html`<h3>Latency under saturation, mostly queueing</h3>
<p>With more connections than the stack has slots, a request mostly waits for its turn: these figures restate
connections ÷ throughput. Do not read them as the latency of a deployment, and do not compare them with the figures
at one connection.</p>
${saturated.map((workload) => fold(html`<b>${workload.name}</b>: ${workloadWords(workload.workload)}, under saturation, mostly queueing`, latencyBlock(view, workload)))}`
}`;
}

function latencyBlock(view: View, workload: WorkloadView): Html {
  const where = `${workloadWords(workload.workload)}${workload.workload.load.connections > 1 ? ', under saturation, mostly queueing' : ''}`;
  return html`<h4>${workload.name}: ${where}</h4>
${byApp(workload.groups, (groups) => groupsBlock(view, groups, where))}`;
}

function groupsBlock(view: View, groups: readonly AppGroup[], where: string): Html {
  return html`${groups.map((group) => curveOf(group, where))}
${table({
  caption: `Latency, ${where}`,
  captionMore: html` <span class="muted">Each figure: the mean over n launches of that launch's quantile, with its 95 % interval. —: too few requests for the quantile.</span>`,
  columns: ['Deployment', 'Model', 'n', 'Requests', 'Mean', 'p50', 'p90', 'p99', 'p99.9', 'Largest'],
  numericFrom: 2,
  groups: groups.map((group) => ({
    title: group.title,
    rows: group.rows.map((row) => latencyRow(view, row)),
  })),
})}`;
}

function latencyRow(view: View, { cell, stack }: Row): Html {
  const head = html`<th scope="row" title="${stack.name}">${deploymentWords(stack)}</th><td>${modelTag(stack.model)}</td>`;
  if (!hasNumbers(cell))
    return html`<tr class="bad">${head}${reasonCells(cell, 2 + QUANTILES.length)}</tr>\n`;
  return html`<tr>${head}<td class="num">${cell.launches}</td><td class="num">${formatNumber(cell.requests)}</td>${QUANTILES.map((metric) => metricCell(view, cell, metric))}</tr>
`;
}

/** The percentile curve of each stack of one app. */
function curveOf(group: AppGroup, where: string): Html {
  const seen = new Map<string, number>();
  const series = group.rows.flatMap((row): readonly CurveSeries[] => {
    const points = hasNumbers(row.cell) ? curvePoints(row) : [];
    if (points.length < 2) return [];
    const style = MODEL_STYLES[row.stack.model];
    const place = seen.get(row.stack.model) ?? 0;
    seen.set(row.stack.model, place + 1);
    return [
      {
        label: `${deploymentWords(row.stack)}${row.cell.verdict === 'suspect' ? ' ?' : ''}`,
        colours: { light: style.light, dark: style.dark },
        dash: DASHES[place % DASHES.length] ?? [],
        point: style.point,
        rotation: style.pointRotation,
        points,
      },
    ];
  });
  if (series.length === 0) return NOTHING;
  return chartFigure(
    { kind: 'curve', series },
    `Latency by percentile of ${group.title}, ${where}: one line for each deployment. The table below has the figures.`,
    310 + 14 * series.length,
    `${group.title}: latency by percentile, ${where}. All launches pooled; each step to the right is one more nine.`,
  );
}

/** Quantiles beyond which fewer than 10 requests lie are not drawn; nor is the largest, which has no 1 ÷ (1 − q). */
function curvePoints({ cell }: Row): CurveSeries['points'] {
  return cell.percentileCurve
    .filter(([quantile]) => quantile < 1 && cell.requests * (1 - quantile) >= 10)
    .map(([quantile, latencyUs]) => [Number((1 / (1 - quantile)).toPrecision(6)), latencyUs] as const);
}
