import type { Command } from 'commander';
import { analyse } from '../../results/analyse/analyse.ts';
import type { Analysis, CellMetric, CellSummary, Estimate } from '../../results/analyse/model.ts';
import { readRun } from '../../results/store/read.ts';
import { examples } from './examples.ts';
import { resolveRun } from './places.ts';
import { formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** `lab analyse RUN`: the figures of a run, worked out again from its records. */
export function addAnalyse(program: Command, terminal: Terminal): void {
  program
    .command('analyse')
    .summary('work out the figures of a run')
    .description('Works out every figure of a run again from its records: the same bytes each time.')
    .argument('<run>', 'folder or id of a run, or "latest"')
    .option('--json', 'print the whole analysis as JSON')
    .addHelpText(
      'after',
      examples(['lab analyse latest', 'a table'], ['lab analyse latest --json | jq .cells', 'all of it']),
    )
    .action(async (word: string, options: { json?: true }) => {
      const analysis = analyse(await readRun(await resolveRun(word, terminal.cwd)));
      terminal.out.write(
        options.json === true ? `${JSON.stringify(analysis, null, 2)}\n` : `${tableOf(analysis)}\n`,
      );
    });
}

const COLUMNS: readonly [title: string, metric: CellMetric, scale: number][] = [
  ['CPU µs/request', 'cpuUsPerRequest', 1],
  ['requests/s', 'throughputPerSec', 1],
  ['p50 µs', 'p50Us', 1],
  ['p99 µs', 'p99Us', 1],
];

/** One row per cell; the number of launches beside the figures. */
export function tableOf(analysis: Analysis): string {
  const header = ['stack', 'workload', 'n', ...COLUMNS.map(([title]) => title), 'verdict'];
  return formatTable([header, ...analysis.cells.map(rowOf)]);
}

function rowOf(cell: CellSummary): string[] {
  const { stack, workload, label } = cell.cell;
  const isShown = cell.verdict === 'ok' || cell.verdict === 'suspect';
  const figures = COLUMNS.map(([, metric, scale]) => {
    if (!isShown) return '–';
    const bound = metric === 'throughputPerSec' && cell.throughputIsBound ? '≥' : '';
    return bound + formatEstimate(cell.metrics[metric], scale);
  });
  const doubts = [...new Set(cell.findings.map(({ finding }) => finding.code))];
  const verdict = cell.verdict === 'ok' ? 'ok' : `${cell.verdict}: ${cell.reason ?? doubts.join(', ')}`;
  return [
    label === null ? stack : `${stack} (${label})`,
    workload,
    String(cell.launches),
    ...figures,
    verdict,
  ];
}

/** `123 [118, 129]`; without an interval below 3 launches. */
function formatEstimate(estimate: Estimate | null, scale: number): string {
  if (estimate === null) return '–';
  const show = (value: number) => significant(value * scale);
  if (estimate.low === null || estimate.high === null) return show(estimate.point);
  return `${show(estimate.point)} [${show(estimate.low)}, ${show(estimate.high)}]`;
}

/** Three significant digits, no exponent. */
const significant = (value: number): string =>
  value === 0 ? '0' : String(Number(value.toPrecision(value >= 1000 ? 4 : 3)));
