/** What is left of a run, from what its launches have taken so far. Pure. */
import type { Plan, TrialRecord } from '../../results/schema/records.ts';
import { expectedTrialMs } from './duration.ts';

/**
 * Expected ms of the trials that are not done: a stack's own mean where it was launched before, otherwise the
 * expectation, corrected by how far expectations have been off so far.
 */
export function remainingMs(plan: Plan, done: readonly TrialRecord[]): number {
  const planned = plan.trials.map((trial) => ({ trial, expected: expectationOf(plan, trial) }));
  const spent = planned.slice(0, done.length).reduce((sum, each) => sum + each.expected, 0);
  const took = done.reduce((sum, record) => sum + record.durationMs, 0);
  const correction = spent > 0 ? took / spent : 1;
  return planned
    .slice(done.length)
    .reduce((sum, { trial, expected }) => sum + (meanOf(done, trial.stack) ?? expected * correction), 0);
}

function meanOf(done: readonly TrialRecord[], stack: string): number | null {
  const own = done.filter((record) => record.stack === stack);
  return own.length === 0 ? null : own.reduce((sum, record) => sum + record.durationMs, 0) / own.length;
}

function expectationOf(plan: Plan, trial: Plan['trials'][number]): number {
  const stack = plan.stacks.find((each) => each.name === trial.stack);
  if (stack === undefined) return 0;
  const workloads = plan.workloads.filter((workload) => trial.workloads.includes(workload.name));
  return expectedTrialMs(stack, workloads, trial.round === 0);
}
