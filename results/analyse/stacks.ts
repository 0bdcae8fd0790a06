/** What is known of each stack beside its windows: start-up, memory, processes, the proof of contract and model. */

import type { Check, TrialRecord } from '../schema/records.ts';
import type { StackRecord } from '../schema/stack.ts';
import type { RunData } from '../store/read.ts';
import { estimateAll, estimateInLogs } from './estimate.ts';
import { tally } from './launches.ts';
import type { StackSummary } from './model.ts';

export const summariseStacks = (run: RunData): readonly StackSummary[] =>
  run.plan.stacks.map((stack) => summarise(stack, run));

function summarise(stack: StackRecord, run: RunData): StackSummary {
  const trials = run.trials
    .filter((trial) => trial.stack === stack.name)
    .toSorted((a, b) => a.round - b.round || (a.id < b.id ? -1 : 1));
  const completed = trials.filter(({ outcome }) => outcome.state === 'completed');
  const started = completed.flatMap(({ startUp }) => (startUp === null ? [] : [startUp]));
  return {
    stack,
    planned: run.plan.trials.filter((trial) => trial.stack === stack.name).length,
    completed: completed.length,
    failure:
      trials.flatMap(({ outcome }) => (outcome.state === 'failed' ? [outcome.failure] : []))[0] ?? null,
    firstAnswerMs: estimateInLogs(started.map(({ firstAnswerMs }) => firstAnswerMs)),
    warmMs: estimateAll(
      started.map(({ warmMs }) => warmMs),
      estimateInLogs,
    ),
    processes: processesOf(completed),
    heldProcessPssBytes: estimateAll(
      completed.map((trial) => pssOf(stack, trial)),
      estimateInLogs,
    ),
    unequal: [...new Set(trials.flatMap(({ unequal }) => unequal))],
    behaviour: trials.flatMap(({ behaviour }) => (behaviour === null ? [] : [behaviour]))[0] ?? null,
    checks: checksOf(trials),
    findings: tally(trials.map(({ findings }) => findings)),
  };
}

function processesOf(trials: readonly TrialRecord[]): StackSummary['processes'] {
  const counted = trials.flatMap(({ processes }) => (processes === null ? [] : [processes]));
  const requests = counted.reduce((sum, each) => sum + each.requests, 0);
  const distinct = counted.reduce((sum, each) => sum + each.distinct, 0);
  return requests === 0 ? null : { requests, distinct, perRequest: distinct / requests };
}

/**
 * The largest PSS sampled in a launch's windows; for cgi, whose processes are gone before they can be sampled,
 * that of one held process and nothing else.
 */
function pssOf(stack: StackRecord, trial: TrialRecord): number | null {
  if (stack.model === 'cgi' || trial.heldProcessPssBytes !== null) return trial.heldProcessPssBytes;
  const samples = trial.observations.flatMap(({ account }) => account.all.pssBytes ?? []);
  return samples.length === 0 ? null : Math.max(...samples);
}

/** A broken verification where there is one (it is what a reader must see), else the full one. */
function checksOf(trials: readonly TrialRecord[]): readonly Check[] {
  const all = trials.flatMap(({ verifications }) => verifications);
  const shown = all.find(({ ok }) => !ok) ?? all.find(({ extent }) => extent === 'full') ?? all[0];
  return shown?.checks ?? [];
}
