/** Each deployment against the best of the same app, server and workload: by what factor, and how sure. */
import type { CellMetric, Comparison, Estimate } from '../../../results/analyse/model.ts';
import { deploymentWords, hostWords, METRIC_WORDS, workloadWords } from '../../wording.ts';
import { dataAttributes, figure } from '../figures.ts';
import { attribute, type Html, html, NOTHING } from '../html.ts';
import { fold, type RowGroup, table } from '../table.ts';
import {
  groupByApp,
  hasNumbers,
  type Row,
  type ScenarioView,
  type View,
  type WorkloadView,
} from '../view.ts';

interface Ranked {
  readonly metric: CellMetric;
  /** Whether a smaller figure is better. */
  readonly lessIsBetter: boolean;
  readonly title: string;
}

const RANKED: readonly Ranked[] = [
  { metric: 'cpuUsPerRequest', lessIsBetter: true, title: 'CPU per request, against the cheapest' },
  { metric: 'p50Us', lessIsBetter: true, title: 'Median latency, against the fastest' },
  { metric: 'throughputPerSec', lessIsBetter: false, title: 'Throughput, against the highest' },
];

export function ratioSection(view: View, scenario: ScenarioView): Html {
  const tables = RANKED.flatMap((ranked) =>
    scenario.workloads
      // Latency under saturation is queueing: no ratios of it.
      .filter(({ workload }) => ranked.metric !== 'p50Us' || workload.load.connections === 1)
      .map((workload, index) => ratioTable(view, workload, ranked, ranked === RANKED[0] && index === 0)),
  ).filter((one) => one !== NOTHING);
  if (tables.length === 0) return NOTHING;
  return html`<h3>By what factor, and how sure</h3>
<p>Within one application, server and workload, each deployment is compared with the best one, launch by launch in the same
round. A difference counts only if it survives correction for the number of comparisons (Holm); a <b>tie</b> lies wholly
within 3 %; <b>inconclusive</b> means that these launches cannot tell.</p>
${tables}`;
}

function ratioTable(view: View, workload: WorkloadView, ranked: Ranked, open: boolean): Html {
  const groups = groupsOf(view, workload, ranked);
  if (groups.length === 0) return NOTHING;
  const words = METRIC_WORDS[ranked.metric].title;
  return fold(
    html`${ranked.title} <span class="muted">${workload.name}: ${workloadWords(workload.workload)}</span>`,
    table({
      caption: `${ranked.title}, ${workloadWords(workload.workload)}`,
      columns: [
        'Deployment',
        ranked.lessIsBetter ? `${words} ÷ the best one's` : "The best one's ÷ this",
        'n',
        'So it',
      ],
      groups,
    }),
    open,
  );
}

function groupsOf(view: View, workload: WorkloadView, ranked: Ranked): readonly RowGroup[] {
  const rows = workload.groups.flatMap((group) => group.rows).filter(({ cell }) => hasNumbers(cell));
  return groupByApp(rows).flatMap(({ title, rows: ofApp }) => {
    const hosts = [...new Set(ofApp.map(({ stack }) => stack.host))];
    return hosts.flatMap((host) => {
      const group = bestFirst(
        ofApp.filter(({ stack }) => stack.host === host),
        ranked,
      );
      const best = group[0];
      if (best === undefined) return [];
      const lines = group.slice(1).flatMap((row) => rowOf(view.analysis.comparisons, best, row, ranked));
      if (lines.length === 0) return [];
      return [
        {
          title: html`${title} behind ${hostWords(best.stack)}: against ${deploymentWords(best.stack)}`,
          rows: lines,
        },
      ];
    });
  });
}

function bestFirst(rows: readonly Row[], { metric, lessIsBetter }: Ranked): readonly Row[] {
  const value = ({ cell }: Row) => cell.metrics[metric]?.point ?? Number.NaN;
  return rows
    .filter((row) => Number.isFinite(value(row)))
    .sort((a, b) => (lessIsBetter ? value(a) - value(b) : value(b) - value(a)));
}

/** The comparison of a row with the best, turned so that above 1 means worse than the best. */
function rowOf(comparisons: readonly Comparison[], best: Row, row: Row, ranked: Ranked): readonly Html[] {
  const found = comparisons.find(
    ({ metric, base, other }) =>
      metric === ranked.metric &&
      ((base === best.cell.id && other === row.cell.id) || (base === row.cell.id && other === best.cell.id)),
  );
  if (found === undefined) return [];
  const rowIsOther = found.other === row.cell.id;
  const ratio = rowIsOther === ranked.lessIsBetter ? found.ratio : inverse(found.ratio);
  return [
    html`<tr><th scope="row" title="${row.stack.name}">${deploymentWords(row.stack)}</th><td class="num"${dataAttributes(ratio, { cell: row.cell.id, metric: `ratio:${ranked.metric}` })}${attribute('data-best', best.cell.id)}>${figure(ratio, 'ratio', { n: ratio.n })}</td><td class="num">${ratio.n}</td><td>${outcomeWords(found.outcome, ranked)}</td></tr>
`,
  ];
}

const inverse = ({ point, low, high, n }: Estimate): Estimate => ({
  point: 1 / point,
  low: high === null ? null : 1 / high,
  high: low === null ? null : 1 / low,
  n,
});

function outcomeWords(outcome: Comparison['outcome'], { metric }: Ranked): string {
  if (outcome === 'tie') return 'is a tie: within 3 %';
  if (outcome === 'inconclusive') return 'cannot be told apart from it here';
  if (metric === 'cpuUsPerRequest') return 'costs more';
  return metric === 'p50Us' ? 'is slower' : 'answers fewer';
}
