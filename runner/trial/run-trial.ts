/**
 * One trial: launch → verify → warm up → (quiet → window)… → verify → stop → record.
 * A trial never throws for what a stack does: a failed trial is a record, never a hole.
 */
import { LabError, messageOf } from '../../core/errors.ts';
import { finding } from '../../results/schema/findings.ts';
import type { Failure, PlannedTrial, TrialRecord } from '../../results/schema/records.ts';
import { measureIdle, waitForQuiet } from '../account/account.ts';
import { probeStack } from '../behaviour/probe-stack.ts';
import { checkSettings } from '../fairness/check-settings.ts';
import { inherentlyUnequal } from '../fairness/inherent.ts';
import { type LaunchedStack, launchStack } from '../launch/launch.ts';
import { warmUp } from '../load/warm-up.ts';
import type { TrialStage } from '../progress-event.ts';
import type { Stack } from '../stack.ts';
import { countAndWeigh, explainCgi } from './explain-cost.ts';
import { measureWindow, QUIET_DEADLINE_MS } from './measure-window.ts';
import { Notes, type OpenTrial, type TrialContext, type TrialResult } from './open-trial.ts';
import { verifyTrial } from './verify-trial.ts';

const WARM_UP_DEADLINE_MS = 15_000;
const IDLE_WINDOW_MS = 300;

/** Runs one planned trial to its record. Rejects only for our own bugs and for an abort before the launch. */
export async function runTrial(planned: PlannedTrial, stack: Stack, x: TrialContext): Promise<TrialResult> {
  const startedAt = new Date().toISOString();
  const begun = performance.now();
  const notes = new Notes();
  let outcome: TrialRecord['outcome'] = { state: 'completed' };
  let launched: LaunchedStack | null = null;
  try {
    notes.enter('launch', x);
    launched = await launchStack({
      stack,
      tools: x.tools,
      capacity: x.capacity,
      limits: x.limits,
      user: x.user,
      signal: x.signal,
      keepLogsIn: x.logDir,
    });
    x.onConfigs(launched.configs);
    notes.unequal = [...launched.unequal, ...inherentlyUnequal(stack.record, x.capacity)];
    const { capacity, limits } = x;
    for (const odd of checkSettings({ record: stack.record, configs: launched.configs, capacity, limits })) {
      notes.findings.push(finding('unequal-settings', odd));
    }
    await measureLaunched({ planned, stack, launched, notes, x });
  } catch (thrown) {
    outcome = x.signal.aborted
      ? { state: 'aborted' }
      : { state: 'failed', failure: failureOf(thrown, notes.stage) };
  }
  try {
    notes.enter('stop', x);
    if (launched !== null) notes.findings.push(...(await launched.stop(x.logDir)));
  } catch (thrown) {
    if (outcome.state === 'completed') outcome = { state: 'failed', failure: failureOf(thrown, 'stop') };
  }
  const record: TrialRecord = {
    kind: 'trial',
    id: planned.id,
    round: planned.round,
    stack: planned.stack,
    label: planned.label,
    startedAt,
    durationMs: performance.now() - begun,
    outcome,
    startUp: notes.startUp,
    verifications: notes.verifications,
    processes: notes.processes,
    heldProcessPssBytes: notes.heldProcessPssBytes,
    observations: notes.observations,
    unequal: notes.unequal,
    behaviour: notes.behaviour,
    findings: notes.findings,
  };
  return { record, baselines: notes.baselines };
}

async function measureLaunched(open: OpenTrial): Promise<void> {
  const { planned, stack, launched, notes, x } = open;
  const { endpoint, groups } = launched;
  const { signal } = x;
  const workloads = planned.workloads.map((name) => {
    const workload = x.workloads.get(name);
    if (workload === undefined) throw new LabError('E_INTERNAL', `the plan has no workload ${name}`);
    return workload;
  });

  notes.enter('verify', x);
  await verifyTrial(open, x.verifyFully ? 'full' : 'spot');
  if (x.verifyFully) notes.behaviour = await lookAt(open);

  notes.enter('warm-up', x);
  const warmed = await warmUp({
    stack,
    endpoint,
    capacity: x.capacity,
    requests: workloads.map((workload) => workload.request),
    signal,
    deadlineMs: WARM_UP_DEADLINE_MS,
  });
  notes.findings.push(...warmed.findings);
  notes.startUp = {
    firstAnswerMs: launched.firstAnswerMs,
    warmMs: warmed.warmMs === null ? null : launched.firstAnswerMs + warmed.warmMs,
    workersSeen: warmed.workersSeen,
    workersExpected: warmed.workersExpected,
  };
  if (stack.record.contract === 'full') await countAndWeigh(open);
  await waitForQuiet(groups, signal, QUIET_DEADLINE_MS);
  const idle = await measureIdle(groups, IDLE_WINDOW_MS, signal);

  for (const [position, workload] of workloads.entries()) {
    await measureWindow(open, workload, position, idle);
  }

  notes.enter('verify', x);
  await verifyTrial(open, 'spot');
  notes.findings.push(...(await launched.inspect()));
  await explainCgi(open);
}

function lookAt({ stack, launched, x }: OpenTrial): Promise<TrialRecord['behaviour']> {
  const { endpoint, groups } = launched;
  const { capacity, signal } = x;
  return probeStack({ record: stack.record, endpoint, groups, capacity, extent: 'quick', signal });
}

function failureOf(thrown: unknown, stage: TrialStage): Failure {
  if (thrown instanceof LabError) {
    return {
      stage,
      code: thrown.code,
      message: thrown.message,
      facts: { ...thrown.facts },
      hint: thrown.hint,
    };
  }
  return { stage, code: 'E_INTERNAL', message: messageOf(thrown), facts: {}, hint: null };
}
