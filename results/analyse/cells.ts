/** Gathers the launches of each planned cell, judges the cell, and estimates its figures. */

import type { Finding } from '../schema/finding.ts';
import { finding } from '../schema/findings.ts';
import type { TrialRecord } from '../schema/records.ts';
import { type CellKey, cellId, type StackRecord } from '../schema/stack.ts';
import type { RunData } from '../store/read.ts';
import { estimateAll, estimateAsIs, estimateInLogs, type RoundValue } from './estimate.ts';
import { mergeLatencies, percentileCurve } from './histogram.ts';
import { type CellLaunch, launchOf, METRICS_OF, tally } from './launches.ts';
import type { CellMetric, CellSummary, Estimate } from './model.ts';
import { idleShare, type Launch, LINEAR_METRICS } from './reduce.ts';

/** Share of a window's CPU from which on what the stack uses when idle is worth a note. */
export const IDLE_SHARE_NOTED = 0.05;

/** A cell with the launches it was estimated from: what comparisons are paired by. */
export interface CellData {
  readonly summary: CellSummary;
  readonly stack: StackRecord;
  /** Empty unless the cell has a verdict of ok or suspect. */
  readonly launches: readonly Launch[];
}

/** Every planned cell, in the plan's order of stacks, then of workloads, unlabelled arms first. */
export function summariseCells(run: RunData): readonly CellData[] {
  return plannedCells(run).flatMap((cell) => {
    const stack = run.plan.stacks.find(({ name }) => name === cell.stack);
    const workload = run.plan.workloads.find(({ name }) => name === cell.workload);
    // A journal can outlive a plan that was tampered with; what the plan does not know is not a cell.
    if (stack === undefined || workload === undefined) return [];
    const outcomes = trialsOf(run, cell).map((trial) => launchOf(trial, cell));
    const launches = countingLaunches(outcomes);
    return [{ stack, launches, summary: { ...summarise(cell, outcomes, launches, run), workload } }];
  });
}

/** One figure of a cell by round, for pairing. Empty when the figure is withheld in the summary. */
export function roundValues(cell: CellData, metric: CellMetric): readonly RoundValue[] {
  if (cell.summary.metrics[metric] === null) return [];
  return cell.launches.flatMap(({ round, values }) => {
    const value = values[metric];
    return value === null ? [] : [{ round, value }];
  });
}

function plannedCells({ plan }: RunData): readonly CellKey[] {
  const cells = new Map<string, CellKey>();
  for (const { stack, label, workloads } of plan.trials) {
    for (const workload of workloads) {
      const cell = { stack, workload, label };
      cells.set(cellId(cell), cell);
    }
  }
  const stackAt = new Map(plan.stacks.map(({ name }, index) => [name, index]));
  const workloadAt = new Map(plan.workloads.map(({ name }, index) => [name, index]));
  const at = (places: Map<string, number>, name: string) => places.get(name) ?? Number.MAX_SAFE_INTEGER;
  return [...cells.values()].toSorted(
    (a, b) =>
      at(stackAt, a.stack) - at(stackAt, b.stack) ||
      at(workloadAt, a.workload) - at(workloadAt, b.workload) ||
      ((a.label ?? '') < (b.label ?? '') ? -1 : 1),
  );
}

/** Recorded trials that were to measure the cell, by round. */
function trialsOf(run: RunData, cell: CellKey): readonly TrialRecord[] {
  const planned = new Set(
    run.plan.trials
      .filter(
        (each) =>
          each.stack === cell.stack && each.label === cell.label && each.workloads.includes(cell.workload),
      )
      .map(({ id }) => id),
  );
  return run.trials
    .filter(({ id }) => planned.has(id))
    .toSorted((a, b) => a.round - b.round || (a.id < b.id ? -1 : 1));
}

/**
 * One invalid launch takes the number from the whole cell: what broke once is not known to be sound in the
 * others, and leaving out the bad launches would publish the best of a broken stack.
 */
function countingLaunches(outcomes: readonly CellLaunch[]): readonly Launch[] {
  if (outcomes.some(({ state }) => state === 'invalid')) return [];
  return outcomes.flatMap((outcome) => (outcome.state === 'counts' ? [outcome.launch] : []));
}

function summarise(
  cell: CellKey,
  outcomes: readonly CellLaunch[],
  launches: readonly Launch[],
  run: RunData,
): Omit<CellSummary, 'workload'> {
  const findings = tally(outcomes.map(findingsOf));
  const withheld = new Set(
    findings.flatMap(({ finding: { severity, metrics } }) =>
      severity === 'invalid' ? metrics.flatMap((family) => METRICS_OF[family]) : [],
    ),
  );
  const metric = (name: CellMetric) => (withheld.has(name) ? null : estimateMetric(name, launches));
  const byRole = (values: readonly (number | null)[]) =>
    withheld.has('cpuUsPerRequest') ? null : estimateAll(values, estimateInLogs);
  const doubtful = findings.some(({ finding: { severity } }) => severity !== 'note');
  const state = verdictOf(outcomes, launches, doubtful);
  return {
    id: cellId(cell),
    cell,
    scenarios: run.plan.asks
      .filter(({ stack, workloads }) => stack === cell.stack && workloads.includes(cell.workload))
      .map(({ scenario }) => scenario),
    launches: launches.length,
    ...state,
    findings,
    metrics: allMetrics(metric),
    throughputIsBound:
      launches.length > 0 && findings.some((each) => each.finding.code === 'generator-bound'),
    cpuByRole: {
      host: byRole(launches.map(({ hostCpuUs }) => hostCpuUs)),
      backend: byRole(launches.map(({ backendCpuUs }) => backendCpuUs)),
    },
    accountSource: launches[0]?.observation.account.source ?? null,
    requests: launches.reduce((sum, { observation }) => sum + observation.window.counts.completed, 0),
    percentileCurve: withheld.has('p50Us')
      ? []
      : percentileCurve(mergeLatencies(launches.map(({ observation }) => observation.window.latency))),
  };
}

function findingsOf(outcome: CellLaunch): readonly Finding[] {
  if (outcome.state === 'none') return [];
  if (outcome.state === 'invalid') return outcome.findings;
  const share = idleShare(outcome.launch.observation);
  if (share === null || share <= IDLE_SHARE_NOTED) return outcome.findings;
  const percent = (share * 100).toFixed(0);
  return [
    ...outcome.findings,
    finding(
      'idle-share',
      `${percent} % of the CPU counted is what the stack uses when nothing is asked of it`,
      ['cpu'],
    ),
  ];
}

function verdictOf(
  outcomes: readonly CellLaunch[],
  launches: readonly Launch[],
  doubtful: boolean,
): Pick<CellSummary, 'verdict' | 'reason'> {
  const invalid = outcomes.filter((outcome) => outcome.state === 'invalid');
  if (invalid[0] !== undefined) {
    const many = outcomes.length > 1 ? ` (${invalid.length} of ${outcomes.length} launches)` : '';
    return { verdict: 'invalid', reason: `${invalid[0].reason}${many}` };
  }
  if (launches.length === 0) {
    const none = outcomes.find((outcome) => outcome.state === 'none');
    return { verdict: 'missing', reason: none?.reason ?? 'the run ended before its first launch' };
  }
  return { verdict: doubtful ? 'suspect' : 'ok', reason: null };
}

const estimateMetric = (name: CellMetric, launches: readonly Launch[]): Estimate | null =>
  estimateAll(
    launches.map(({ values }) => values[name]),
    LINEAR_METRICS.has(name) ? estimateAsIs : estimateInLogs,
  );

function allMetrics(metric: (name: CellMetric) => Estimate | null): CellSummary['metrics'] {
  return {
    throughputPerSec: metric('throughputPerSec'),
    cpuUsPerRequest: metric('cpuUsPerRequest'),
    requestsPerCoreSec: metric('requestsPerCoreSec'),
    meanUs: metric('meanUs'),
    p50Us: metric('p50Us'),
    p90Us: metric('p90Us'),
    p99Us: metric('p99Us'),
    p999Us: metric('p999Us'),
    maxUs: metric('maxUs'),
    pssBytes: metric('pssBytes'),
    tasksPerRequest: metric('tasksPerRequest'),
  };
}
