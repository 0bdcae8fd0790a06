/**
 * One trial: launch → verify → warm up → (quiet → window)… → verify → stop → record.
 * A trial never throws for what a stack does: a failed trial is a record, never a hole.
 */
import { LabError, messageOf } from '../core/errors.ts';
import type { Finding } from '../results/schema/finding.ts';
import { finding } from '../results/schema/findings.ts';
import type { Observation } from '../results/schema/observation.ts';
import type {
  BaselineRecord,
  Failure,
  PlannedTrial,
  TrialRecord,
  Verification,
} from '../results/schema/records.ts';
import type { Workload } from '../scenarios/define.ts';
import { type Expected, expectedAnswer } from '../servers/contract.ts';
import type { Capacity, Limits, MeasuredUser, Tools } from '../servers/define.ts';
import { beginAccount, measureIdle, waitForQuiet } from './account/account.ts';
import { measureBaseline } from './account/baseline.ts';
import { judgeWindow } from './account/judge.ts';
import { pssOf } from './account/memory.ts';
import type { QuietFacts } from './account/quiet.ts';
import { probeStack } from './behaviour/probe-stack.ts';
import { checkSettings } from './fairness/check-settings.ts';
import { inherentlyUnequal } from './fairness/inherent.ts';
import { type LaunchedStack, launchStack } from './launch/launch.ts';
import { countProcesses } from './load/count-processes.ts';
import type { Driver } from './load/driver.ts';
import { holdRequest } from './load/hold-request.ts';
import { warmUp } from './load/warm-up.ts';
import { baselinesOf } from './plan/baselines.ts';
import type { TrialStage } from './progress-event.ts';
import type { Stack } from './stack.ts';
import type { Golden } from './verify/own/golden.ts';
import { expectedOwn, type OwnAnswers } from './verify/own/verify-own.ts';
import { verifyStack } from './verify/verify.ts';

export interface TrialContext {
  readonly tools: Tools;
  readonly user: MeasuredUser | null;
  readonly capacity: Capacity;
  readonly limits: Limits;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly driver: Driver;
  readonly cores: number;
  readonly signal: AbortSignal;
  /** Where the trial's logs are kept. */
  readonly logDir: string;
  /** Verify the whole contract and the model; otherwise three routes. */
  readonly verifyFully: boolean;
  /** The right answers of an adopted app; null for every other. */
  readonly golden: Golden | null;
  readonly onStage: (stage: TrialStage, detail: string | null) => void;
  readonly onConfigs: (configs: readonly { path: string; content: string }[]) => void;
}

export interface TrialResult {
  readonly record: TrialRecord;
  readonly baselines: readonly BaselineRecord[];
}

/** Longest time requests under way at the end of a window are waited for. */
const DRAIN_LIMIT_MS = 30_000;
const QUIET_DEADLINE_MS = 10_000;
const WARM_UP_DEADLINE_MS = 15_000;
const IDLE_WINDOW_MS = 300;
/** Requests of the planned `/who` series: enough to tell 1.00 from less, few enough for a CGI of 300 ms. */
const WHO_REQUESTS = { cgi: 8, other: 100 } as const;
const BASELINE_EXECUTIONS = 8;
/** How long a CGI process is held to be weighed: longer than the slowest framework needs to start. */
const HOLD_MS = 1_000;

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
    await measureLaunched(planned, stack, launched, notes, x);
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

/** What a trial has found out so far: kept when a later step fails. */
class Notes {
  stage: TrialStage = 'launch';
  startUp: TrialRecord['startUp'] = null;
  processes: TrialRecord['processes'] = null;
  heldProcessPssBytes: number | null = null;
  readonly verifications: Verification[] = [];
  unequal: string[] = [];
  behaviour: TrialRecord['behaviour'] = null;
  readonly observations: Observation[] = [];
  readonly findings: Finding[] = [];
  readonly baselines: BaselineRecord[] = [];

  enter(stage: TrialStage, x: TrialContext, detail: string | null = null): void {
    this.stage = stage;
    x.onStage(stage, detail);
  }
}

async function measureLaunched(
  planned: PlannedTrial,
  stack: Stack,
  launched: LaunchedStack,
  notes: Notes,
  x: TrialContext,
): Promise<void> {
  const { endpoint, groups } = launched;
  const { signal } = x;
  const workloads = planned.workloads.map((name) => {
    const workload = x.workloads.get(name);
    if (workload === undefined) throw new LabError('E_INTERNAL', `the plan has no workload ${name}`);
    return workload;
  });

  notes.enter('verify', x);
  await verify(stack, launched, x.verifyFully ? 'full' : 'spot', notes, x);
  if (x.verifyFully) notes.behaviour = await lookAt(stack, launched, x);

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
  if (stack.record.contract === 'full') await countAndWeigh(stack, launched, notes, x);
  await waitForQuiet(groups, signal, QUIET_DEADLINE_MS);
  const idle = await measureIdle(groups, IDLE_WINDOW_MS, signal);

  for (const [position, workload] of workloads.entries()) {
    notes.enter('measure', x, workload.name);
    const expect = await expectationOf(workload.request, stack, launched, x);
    const before = await waitForQuiet(groups, signal, QUIET_DEADLINE_MS);
    const open = await beginAccount({ groups, hasBackend: stack.backend !== null, idle, signal });
    const window = await x.driver.window({
      endpoint,
      request: workload.request,
      expect,
      connections: workload.load.connections,
      windowMs: workload.windowMs,
      maxRequests: workload.maxRequests,
      drainLimitMs: DRAIN_LIMIT_MS,
    });
    const after = await waitForQuiet(groups, signal, QUIET_DEADLINE_MS);
    const { account, machine } = await open.finish(window.generator.cpuUs);
    const judged = judgeWindow({
      stack: stack.record,
      workload,
      window,
      account,
      machine,
      capacity: x.capacity,
      cores: x.cores,
    });
    notes.observations.push({
      cell: { stack: planned.stack, workload: workload.name, label: planned.label },
      request: workload.request,
      load: workload.load,
      position,
      window,
      account,
      machine,
      findings: [...judged, ...unquiet(before, after)],
    });
  }

  notes.enter('verify', x);
  await verify(stack, launched, 'spot', notes, x);
  notes.findings.push(...(await launched.inspect()));
  try {
    await explainCgi(planned, stack, launched, notes, x);
  } catch (thrown) {
    x.signal.throwIfAborted();
    notes.findings.push(finding('baseline-failed', messageOf(thrown)));
  }
}

function lookAt(stack: Stack, launched: LaunchedStack, x: TrialContext): Promise<TrialRecord['behaviour']> {
  const { endpoint, groups } = launched;
  const { capacity, signal } = x;
  return probeStack({ record: stack.record, endpoint, groups, capacity, extent: 'quick', signal });
}

function unquiet(before: QuietFacts, after: QuietFacts): Finding[] {
  if (before.quiet && after.quiet) return [];
  const [when, facts] = before.quiet ? (['after', after] as const) : (['before', before] as const);
  const evidence = `${Math.round(facts.waitedMs)} ms of waiting ${when} the window; the stack still used ${(facts.cpuUsPerSec / 1e4).toFixed(1)} % of a core`;
  return [finding('not-quiet', evidence, ['cpu'])];
}

/** What the driver compares answers with; for an adopted app an answer of this very launch, found to be right. */
async function expectationOf(
  request: Workload['request'],
  stack: Stack,
  { endpoint, site }: LaunchedStack,
  { golden, signal }: TrialContext,
): Promise<Expected> {
  if (golden === null) return expectedAnswer(request);
  return await expectedOwn({ endpoint, request, signal, own: ownAnswers(golden, stack, site.dir) });
}

const ownAnswers = (golden: Golden, { app }: Stack, siteDir: string): OwnAnswers => ({
  golden,
  masks: app.adopted?.masks ?? [],
  siteDir,
});

async function verify(
  stack: Stack,
  launched: LaunchedStack,
  extent: 'full' | 'spot',
  notes: Notes,
  x: TrialContext,
): Promise<void> {
  const { endpoint, groups } = launched;
  const verification = await verifyStack({
    stack,
    endpoint,
    groups,
    extent,
    capacity: x.capacity,
    signal: x.signal,
    ...(x.golden === null ? {} : { own: ownAnswers(x.golden, stack, launched.site.dir) }),
  });
  notes.verifications.push(verification);
  if (verification.ok) return;
  const bad = verification.checks.filter((check) => !check.ok);
  const isModel = bad.every((check) => check.comparison === 'model');
  const evidence = bad.map((check) => `${check.check}: ${check.detail ?? 'differs'}`).join('\n');
  notes.findings.push(finding(isModel ? 'model-not-proved' : 'contract-broken', evidence));
  throw new LabError(
    isModel ? 'E_MODEL' : 'E_CONTRACT',
    bad[0]?.detail ?? 'the stack does not answer as it should',
    {
      facts: { checks: verification.checks.length, failed: bad.length, first: bad[0]?.check ?? '' },
      hint: `\`lab verify ${stack.record.name}\` shows every difference.`,
    },
  );
}

/** Processes per request from a planned series of `/who`, and what one short-lived process weighs. */
async function countAndWeigh(
  stack: Stack,
  launched: LaunchedStack,
  notes: Notes,
  x: TrialContext,
): Promise<void> {
  const { endpoint } = launched;
  const { signal } = x;
  const isCgi = stack.record.model === 'cgi';
  const requests = isCgi ? WHO_REQUESTS.cgi : WHO_REQUESTS.other;
  notes.processes = await countProcesses({ endpoint, requests, signal });
  if (!isCgi) return;
  await using held = await holdRequest(endpoint, HOLD_MS, { groups: launched.groups, signal });
  notes.heldProcessPssBytes = held.pid === null ? null : await pssOf(held.pid);
}

/** What a CGI's interpreter and imports cost by themselves, measured in the same launch. */
async function explainCgi(
  planned: PlannedTrial,
  stack: Stack,
  launched: LaunchedStack,
  notes: Notes,
  x: TrialContext,
): Promise<void> {
  for (const baseline of baselinesOf(stack, launched.app, x.tools)) {
    const cost = await measureBaseline({
      argv: baseline.argv,
      env: baseline.env,
      cwd: launched.app.dir,
      user: x.user,
      executions: BASELINE_EXECUTIONS,
      signal: x.signal,
    });
    notes.baselines.push({
      kind: 'baseline',
      round: planned.round,
      name: baseline.name,
      app: baseline.app,
      executions: BASELINE_EXECUTIONS,
      ...cost,
    });
  }
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
