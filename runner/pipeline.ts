/**
 * The story of a run. Start reading here: each call is a stage, and data moves one way.
 *
 *     scenario → plan → [ launch → verify → warm up → (quiet → measure)… → verify → stop → record ] × trials
 *
 * Facts first, opinions later: a run only appends records. `results/analyse` and `dashboards` read them.
 */
import { join } from 'node:path';
import { LabError, messageOf } from '../core/errors.ts';
import { Scope } from '../core/scope.ts';
import type { EndRecord, Manifest, Plan, TrialRecord } from '../results/schema/records.ts';
import { createRun, type RunWriter } from '../results/store/write.ts';
import type { Limits, MeasuredUser, Tools } from '../servers/define.ts';
import { type Driver, startDriver } from './load/driver.ts';
import { remainingMs } from './plan/remaining.ts';
import type { ProgressEvent } from './progress-event.ts';
import { keepGolden, recordGolden, referenceOf } from './reference.ts';
import type { Stack } from './stack.ts';
import { runTrial } from './trial/run-trial.ts';
import type { Golden } from './verify/own/golden.ts';

export interface RunRequest {
  readonly plan: Plan;
  /** Every stack that the plan names. */
  readonly stacks: readonly Stack[];
  /** Stacks that the right answers of an adopted app may be recorded from. @default stacks */
  readonly references?: readonly Stack[];
  readonly manifest: Manifest;
  readonly tools: Tools;
  readonly user: MeasuredUser | null;
  readonly limits: Limits;
  readonly cores: number;
  /** Folder that holds runs; the run's own is made inside it. */
  readonly out: string;
  readonly signal: AbortSignal;
  readonly onProgress: (event: ProgressEvent) => void;
}

export interface RunResult {
  readonly dir: string;
  readonly state: EndRecord['state'];
  readonly reason: string | null;
}

/** Times that a budget is looked at: before each round, once the fewest launches are done. */
const OVERRUN_RATIO = 1.15;

/** Carries out a plan. Whatever happens, what was finished is in the run folder. */
export async function runLab(request: RunRequest): Promise<RunResult> {
  const { plan, onProgress } = request;
  const goldens = await recordGoldens(request);
  await using scope = new Scope();
  const writer = scope.use(await createRun(join(request.out, request.manifest.id), request.manifest, plan));
  for (const golden of goldens.values()) await keepGolden(golden, writer.dir);
  onProgress({ kind: 'planned', plan, runDir: writer.dir });
  const driver = scope.use(await startDriver({ signal: request.signal }));

  const end = await runTrials(request, goldens, writer, driver);
  await writer.append(end);
  onProgress({ kind: 'run-end', runDir: writer.dir, state: end.state, reason: end.reason });
  return { dir: writer.dir, state: end.state, reason: end.reason };
}

async function runTrials(
  request: RunRequest,
  goldens: ReadonlyMap<string, Golden>,
  writer: RunWriter,
  driver: Driver,
): Promise<EndRecord> {
  const { plan, onProgress, signal } = request;
  const stacks = new Map(request.stacks.map((stack) => [stack.record.name, stack]));
  const workloads = new Map(plan.workloads.map((workload) => [workload.name, workload]));
  const configs: Manifest['configs'] = {};
  const done: TrialRecord[] = [];
  const begun = performance.now();
  let round = -1;
  for (const planned of plan.trials) {
    if (signal.aborted) return endOf('interrupted', interruption(signal));
    const left = remainingMs(plan, done);
    if (planned.round !== round) {
      if (isOverBudget(plan, planned.round, performance.now() - begun, left)) {
        return endOf('budget', `the budget ended after ${planned.round} of ${plan.rounds} rounds`);
      }
      round = planned.round;
      onProgress({ kind: 'round-start', round, rounds: plan.rounds });
    }
    const stack = stacks.get(planned.stack);
    if (stack === undefined)
      throw new LabError('E_INTERNAL', `the plan names ${planned.stack}, which is not derived`);
    const total = plan.trials.length;
    onProgress({
      kind: 'trial-start',
      id: planned.id,
      stack: planned.stack,
      done: done.length,
      total,
      expectedMs: left / (total - done.length),
    });
    const { record, baselines } = await runTrial(planned, stack, {
      tools: request.tools,
      user: request.user,
      capacity: plan.capacity,
      limits: request.limits,
      workloads,
      driver,
      cores: request.cores,
      signal,
      logDir: writer.logDir(planned.id),
      golden: goldens.get(stack.record.app) ?? null,
      verifyFully: !done.some((each) => each.stack === planned.stack && each.outcome.state === 'completed'),
      onStage: (stage, detail) => onProgress({ kind: 'trial-stage', id: planned.id, stage, detail }),
      onConfigs: (rendered) => {
        configs[planned.stack] ??= [...rendered];
      },
    });
    for (const baseline of baselines) await writer.append(baseline);
    await writer.append(record);
    await writer.updateManifest({ ...request.manifest, configs });
    done.push(record);
    onProgress({ kind: 'trial-end', record, done: done.length, total, remainingMs: remainingMs(plan, done) });
  }
  return signal.aborted ? endOf('interrupted', interruption(signal)) : endOf('complete', null);
}

/** The right answers of adopted apps, by app; before anything is written: an app that does not load is no run. */
async function recordGoldens(request: RunRequest): Promise<ReadonlyMap<string, Golden>> {
  const goldens = new Map<string, Golden>();
  for (const { record, app } of request.stacks) {
    if (record.contract !== 'own' || goldens.has(record.app)) continue;
    const stack = referenceOf(record.app, app, request.references ?? request.stacks);
    goldens.set(
      record.app,
      await recordGolden({ ...request, app: record.app, stack, capacity: request.plan.capacity }),
    );
  }
  return goldens;
}

/** Never before the fewest launches that the scenarios promise; then as soon as the next round would not fit. */
function isOverBudget(plan: Plan, nextRound: number, spentMs: number, leftMs: number): boolean {
  if (plan.budgetMs === null) return false;
  const fewest = Math.max(...plan.scenarios.map(({ scenario }) => Math.min(scenario.minRounds, plan.rounds)));
  if (nextRound < fewest) return false;
  const perRound = leftMs / Math.max(1, plan.rounds - nextRound);
  return spentMs + perRound > plan.budgetMs * OVERRUN_RATIO;
}

const endOf = (state: EndRecord['state'], reason: string | null): EndRecord => ({
  kind: 'end',
  state,
  endedAt: new Date().toISOString(),
  reason,
});

const interruption = (signal: AbortSignal): string => messageOf(signal.reason);
