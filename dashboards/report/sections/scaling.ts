/** One request under several numbers of connections: how a stack bears concurrency. */
import type { CellMetric, Estimate } from '../../../results/analyse/model.ts';
import { chartFigure, DASHES, type ScalingSeries } from '../../charts/chart-spec.ts';
import { MODEL_STYLES } from '../../charts/palette.ts';
import { deploymentWords, METRIC_WORDS, requestWords } from '../../wording.ts';
import { metricCell, unknownCell } from '../figures.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { modelTag, table } from '../table.ts';
import {
  type AppGroup,
  hasNumbers,
  type Row,
  type ScenarioView,
  type View,
  type WorkloadView,
} from '../view.ts';
import { byApp } from './app-folds.ts';

/** Fewer points than this are no curve. */
const FEWEST_POINTS = 3;

export function scalingSection(view: View, scenario: ScenarioView): Html {
  const ladders = laddersOf(scenario);
  if (ladders.length === 0) return NOTHING;
  return html`<h3>How it bears concurrency</h3>
<p>The same request with more and more connections. Where throughput stops growing, the stack's slots or the machine's cores
are used up; from there on latency only measures the queue.</p>
${ladders.map((ladder) => ladderBlock(view, ladder))}`;
}

/** Workloads that differ only in their connections, fewest first. */
function laddersOf(scenario: ScenarioView): readonly (readonly WorkloadView[])[] {
  const byRequest = new Map<string, WorkloadView[]>();
  for (const workload of scenario.workloads) {
    const key = JSON.stringify(workload.workload.request);
    byRequest.set(key, [...(byRequest.get(key) ?? []), workload]);
  }
  return [...byRequest.values()]
    .map((ladder) => [...ladder].sort((a, b) => connections(a) - connections(b)))
    .filter((ladder) => new Set(ladder.map(connections)).size >= FEWEST_POINTS);
}

const connections = (view: WorkloadView): number => view.workload.load.connections;

function ladderBlock(view: View, ladder: readonly WorkloadView[]): Html {
  const first = ladder[0];
  if (first === undefined) return NOTHING;
  const request = requestWords(first.workload);
  return html`<h4>${request}</h4>
${byApp(appsOf(ladder), (apps) => {
  const titles = apps.map((app) => app.title);
  return html`${titles.map((title) => charts(ladder, title, request))}
${METRICS.map((metric) => ladderTable(view, ladder, titles, metric))}`;
})}`;
}

/** Every app of a ladder, with its rows at the step that has the most. */
function appsOf(ladder: readonly WorkloadView[]): readonly AppGroup[] {
  const apps = new Map<string, AppGroup>();
  for (const group of ladder.flatMap((workload) => workload.groups)) {
    const known = apps.get(group.title);
    if (known === undefined || known.rows.length < group.rows.length) apps.set(group.title, group);
  }
  return [...apps.values()];
}

const METRICS = ['throughputPerSec', 'cpuUsPerRequest'] as const satisfies readonly CellMetric[];

const rowsOf = (workload: WorkloadView, title: string): readonly Row[] =>
  workload.groups.find((group) => group.title === title)?.rows ?? [];

function charts(ladder: readonly WorkloadView[], title: string, request: string): Html {
  return html`<div class="pair">${METRICS.map((metric) => {
    const series = seriesOf(ladder, title, metric);
    if (series.length === 0) return NOTHING;
    const axis = METRIC_WORDS[metric].title;
    return chartFigure(
      {
        kind: 'scaling',
        axis,
        unit: metric === 'cpuUsPerRequest' ? 'duration' : 'rate',
        series,
      },
      `${title}: ${axis} by number of connections, ${request}. The table below has the figures.`,
      310 + 16 * series.length,
      `${title}: ${axis} by number of connections (closed), ${request}. Whiskers: 95 % intervals.`,
    );
  })}</div>
`;
}

function seriesOf(
  ladder: readonly WorkloadView[],
  title: string,
  metric: CellMetric,
): readonly ScalingSeries[] {
  const stacks = new Map(
    ladder.flatMap((workload) => rowsOf(workload, title).map((row) => [row.stack.name, row.stack])),
  );
  const seen = new Map<string, number>();
  return [...stacks.values()].flatMap((stack): readonly ScalingSeries[] => {
    const points = ladder.flatMap((workload) => {
      const row = rowsOf(workload, title).find((candidate) => candidate.stack.name === stack.name);
      const estimate: Estimate | null =
        row !== undefined && hasNumbers(row.cell) ? row.cell.metrics[metric] : null;
      if (estimate === null) return [];
      return [
        { connections: connections(workload), value: estimate.point, low: estimate.low, high: estimate.high },
      ];
    });
    if (points.length < 2) return [];
    const style = MODEL_STYLES[stack.model];
    const place = seen.get(stack.model) ?? 0;
    seen.set(stack.model, place + 1);
    return [
      {
        label: deploymentWords(stack),
        colours: { light: style.light, dark: style.dark },
        dash: DASHES[place % DASHES.length] ?? [],
        point: style.point,
        rotation: style.pointRotation,
        points,
      },
    ];
  });
}

function ladderTable(
  view: View,
  ladder: readonly WorkloadView[],
  titles: readonly string[],
  metric: CellMetric,
): Html {
  const request = ladder[0] === undefined ? '' : requestWords(ladder[0].workload);
  return table({
    caption: `${METRIC_WORDS[metric].title} by number of connections, ${request}, closed`,
    columns: ['Deployment', 'Model', ...ladder.map((workload) => `c = ${connections(workload)}`)],
    numericFrom: 2,
    groups: titles.map((title) => ({ title, rows: ladderRows(view, ladder, title, metric) })),
  });
}

function ladderRows(
  view: View,
  ladder: readonly WorkloadView[],
  title: string,
  metric: CellMetric,
): readonly Html[] {
  const stacks = new Map(
    ladder.flatMap((workload) => rowsOf(workload, title).map((row) => [row.stack.name, row.stack])),
  );
  return [...stacks.values()].map(
    (
      stack,
    ) => html`<tr><th scope="row" title="${stack.name}">${deploymentWords(stack)}</th><td>${modelTag(stack.model)}</td>${ladder.map(
      (workload) => {
        const row = rowsOf(workload, title).find((candidate) => candidate.stack.name === stack.name);
        if (row === undefined) return unknownCell('not asked for');
        if (!hasNumbers(row.cell))
          return html`<td class="reason">${row.cell.verdict}: ${row.cell.reason ?? ''}</td>`;
        // n = -1: each figure says its own n, since a row spans several cells.
        return metricCell(view, row.cell, metric, -1);
      },
    )}</tr>
`,
  );
}
