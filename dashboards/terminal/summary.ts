/** A run in one table of plain text, for the end of `lab run`. No colour, no control characters. */
import { MODELS } from '../../core/words.ts';
import type { Analysis, CellMetric, CellSummary } from '../../results/analyse/model.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import { formatInterval, formatQuantity, plural } from '../quantity.ts';
import { METRIC_WORDS, workloadWords } from '../wording.ts';

/**
 * One table for each workload: stack, model, n, CPU per request with its 95 % interval, requests per second, p50
 * and verdict, cheapest first within a model. Ends with a newline.
 */
export function renderSummary(analysis: Analysis): string {
  const stacks = new Map(analysis.stacks.map(({ stack }) => [stack.name, stack]));
  const tables = analysis.plan.workloads.flatMap((workload) => {
    const rows = analysis.cells
      .filter((cell) => cell.cell.workload === workload.name)
      .flatMap((cell) => {
        const stack = stacks.get(cell.cell.stack);
        return stack === undefined ? [] : [{ cell, stack }];
      })
      .sort(byModelThenCost);
    if (rows.length === 0) return [];
    const title = `${workload.name}: ${workloadWords(workload)}`;
    return [`${title}\n${layout([HEADS, ...rows.map(({ cell, stack }) => columns(cell, stack))])}`];
  });
  return `${[...tables, closing(analysis)].map(printable).join('\n')}\n`;
}

const HEADS = ['stack', 'model', 'n', 'CPU/request', '95 % interval', 'req/s', 'p50', 'verdict'];
/** Columns set to the left; the others are figures. */
const LEFT = new Set([0, 1, 7]);

interface Row {
  readonly cell: CellSummary;
  readonly stack: StackRecord;
}

function byModelThenCost(a: Row, b: Row): number {
  const cost = ({ cell }: Row) => cell.metrics.cpuUsPerRequest?.point ?? Number.MAX_VALUE;
  return MODELS.indexOf(a.stack.model) - MODELS.indexOf(b.stack.model) || cost(a) - cost(b);
}

function columns(cell: CellSummary, stack: StackRecord): readonly string[] {
  const name = cell.cell.label === null ? stack.name : `${stack.name} (${cell.cell.label})`;
  if (cell.verdict === 'invalid' || cell.verdict === 'missing') {
    return [name, stack.model, '-', '-', '-', '-', '-', `${cell.verdict}: ${cell.reason ?? ''}`];
  }
  const cpu = cell.metrics.cpuUsPerRequest;
  const interval =
    cpu === null || cpu.low === null || cpu.high === null
      ? 'none'
      : formatInterval('duration', cpu.point, cpu.low, cpu.high);
  return [
    name,
    stack.model,
    String(cell.launches),
    text(cell, 'cpuUsPerRequest'),
    interval,
    `${cell.throughputIsBound ? '≥ ' : ''}${text(cell, 'throughputPerSec')}`,
    text(cell, 'p50Us'),
    verdict(cell),
  ];
}

function text(cell: CellSummary, metric: CellMetric): string {
  const estimate = cell.metrics[metric];
  return estimate === null ? '-' : formatQuantity(METRIC_WORDS[metric].kind, estimate.point);
}

function verdict(cell: CellSummary): string {
  if (cell.verdict === 'ok') return 'ok';
  const doubts = cell.findings.filter(({ finding }) => finding.severity !== 'note');
  return `suspect: ${[...new Set(doubts.map(({ finding }) => finding.code))].sort().join(', ')}`;
}

function closing({ stacks, exclusions, end, roundsDone, plan }: Analysis): string {
  const failed = stacks.filter(({ failure }) => failure !== null);
  const state = end === null ? 'did not end' : end.state;
  const lines = [
    `${plural(stacks.length, 'stack')}, ${roundsDone} of ${plural(plan.rounds, 'round')}, run ${state}. n is a number of launches.`,
    ...failed.map(({ stack, failure }) => `failed: ${stack.name}: ${failure?.stage}: ${failure?.message}`),
    ...(exclusions.length === 0 ? [] : [`${exclusions.length} left out; the report says why.`]),
  ];
  return lines.join('\n');
}

function layout(rows: readonly (readonly string[])[]): string {
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      `  ${row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return LEFT.has(column) ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')}`.trimEnd(),
    )
    .join('\n')
    .concat('\n');
}

/** App and error texts may hold escape sequences: a terminal must not obey them. */
function printable(block: string): string {
  return block.replace(/(?!\n)\p{Cc}/gu, '\uFFFD');
}
