/** Sorts what each launch yielded for a cell: a window that counts, an invalid one with its reason, or nothing. */
import { LabError } from '../../core/errors.ts';
import type { Finding } from '../schema/finding.ts';
import type { Observation } from '../schema/observation.ts';
import type { TrialRecord } from '../schema/records.ts';
import { type CellKey, cellId } from '../schema/stack.ts';
import type { CellMetric, FindingTally } from './model.ts';
import { type Launch, reduceObservation } from './reduce.ts';

export type CellLaunch =
  | { readonly state: 'counts'; readonly launch: Launch; readonly findings: readonly Finding[] }
  | { readonly state: 'invalid'; readonly reason: string; readonly findings: readonly Finding[] }
  | { readonly state: 'none'; readonly reason: string };

/**
 * What one trial yielded for one cell.
 *
 * | trial | window | outcome |
 * |---|---|---|
 * | failed in launch or warm-up, skipped, aborted | any | none: nothing was proved of it |
 * | failed in verify, measure or stop | any | invalid: the contract or the window broke |
 * | completed, a verification is not ok | any | invalid |
 * | completed | none recorded | none |
 * | completed | an invalid finding on all of it, or nothing completed | invalid |
 * | completed | its histogram cannot be decoded | invalid |
 * | completed | otherwise | counts |
 */
export function launchOf(trial: TrialRecord, cell: CellKey): CellLaunch {
  const { outcome } = trial;
  if (outcome.state === 'aborted') return { state: 'none', reason: 'the launch was interrupted' };
  if (outcome.state === 'skipped') return { state: 'none', reason: outcome.reason };
  const id = cellId(cell);
  const observation = trial.observations.find((each) => cellId(each.cell) === id);
  const findings = [
    ...(observation?.findings ?? []),
    ...trial.findings.filter(({ severity }) => severity !== 'note'),
  ];
  if (outcome.state === 'failed') {
    const { stage, message } = outcome.failure;
    const reason = `${stage} failed: ${message}`;
    const unproved = stage === 'launch' || stage === 'warm-up';
    return unproved ? { state: 'none', reason } : { state: 'invalid', reason, findings };
  }
  const broken = trial.verifications.flatMap(({ checks }) => checks).find(({ ok }) => !ok);
  if (broken !== undefined || trial.verifications.some(({ ok }) => !ok)) {
    const reason = `the contract was broken: ${broken?.check ?? 'verification'}${detailOf(broken?.detail ?? null)}`;
    return { state: 'invalid', reason, findings };
  }
  if (observation === undefined) return { state: 'none', reason: 'the window was not measured' };
  const fatal = findings.find(({ severity, metrics }) => severity === 'invalid' && metrics.length === 0);
  if (fatal !== undefined) {
    return {
      state: 'invalid',
      reason: `${fatal.code}: ${fatal.evidence}${badAnswer(observation)}`,
      findings,
    };
  }
  if (observation.window.counts.completed === 0) {
    return { state: 'invalid', reason: `no request was completed${badAnswer(observation)}`, findings };
  }
  try {
    return { state: 'counts', launch: reduceObservation(trial.round, observation), findings };
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure;
    return { state: 'invalid', reason: failure.message, findings };
  }
}

const detailOf = (detail: string | null): string => (detail === null ? '' : ` (${detail})`);

function badAnswer({ window }: Observation): string {
  const bad = window.firstBadAnswer;
  if (bad === null) return '';
  return ` · first bad answer: ${bad.why}; status ${bad.status}, body starts ${JSON.stringify(bad.bodyStart.slice(0, 120))}`;
}

/** Findings by code, worst first, each with the number of launches it stood in and the first one's evidence. */
export function tally(launches: readonly (readonly Finding[])[]): readonly FindingTally[] {
  const byCode = new Map<string, { finding: Finding; launches: number }>();
  for (const findings of launches) {
    const seen = new Set<string>();
    for (const finding of findings) {
      if (seen.has(finding.code)) continue;
      seen.add(finding.code);
      const entry = byCode.get(finding.code);
      if (entry === undefined) byCode.set(finding.code, { finding, launches: 1 });
      else entry.launches += 1;
    }
  }
  const rank = { invalid: 0, suspect: 1, note: 2 } as const;
  return [...byCode.values()].toSorted(
    (a, b) =>
      rank[a.finding.severity] - rank[b.finding.severity] || (a.finding.code < b.finding.code ? -1 : 1),
  );
}

/** Figures of a cell that a finding about `latency`, `cpu` … speaks of. */
export const METRICS_OF: Readonly<Record<Finding['metrics'][number], readonly CellMetric[]>> = {
  throughput: ['throughputPerSec'],
  latency: ['meanUs', 'p50Us', 'p90Us', 'p99Us', 'p999Us', 'maxUs'],
  cpu: ['cpuUsPerRequest', 'requestsPerCoreSec'],
  memory: ['pssBytes'],
  processes: ['tasksPerRequest'],
  'start-up': [],
};
