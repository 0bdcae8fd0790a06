/** Builders of valid records for tests: a whole field where it does not matter, and the one that does on top. */
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { HistogramRecord, Observation, WindowRecord } from '../../results/schema/observation.ts';
import type { Manifest, Plan, TrialRecord } from '../../results/schema/records.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import type { RunData } from '../../results/store/read.ts';
import type { Workload } from '../../scenarios/define.ts';

/** A histogram of the latencies given, in whole µs. */
export function aHistogram(latenciesUs: readonly number[]): HistogramRecord {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
  });
  for (const us of latenciesUs) histogram.recordValue(us);
  const n = latenciesUs.length;
  return {
    encoded: encodeIntoCompressedBase64(histogram),
    n,
    minUs: n === 0 ? 0 : latenciesUs.reduce((least, us) => Math.min(least, us)),
    maxUs: n === 0 ? 0 : latenciesUs.reduce((most, us) => Math.max(most, us)),
    meanUs: n === 0 ? 0 : latenciesUs.reduce((sum, us) => sum + us, 0) / n,
  };
}

/** `GET /hello` at one connection, unless told otherwise. */
export function aWorkload(over: Partial<Workload> = {}): Workload {
  return {
    name: 'hello-c1',
    request: { method: 'GET', path: '/hello', headers: {}, body: null },
    load: { model: 'closed', connections: 1 },
    windowMs: 2_000,
    maxRequests: null,
    owner: null,
    ...over,
  };
}

/** `apache-mod-cgid/wsgi-bare`, unless told otherwise. */
export function aStack(over: Partial<StackRecord> = {}): StackRecord {
  return {
    name: 'apache-mod-cgid/wsgi-bare',
    model: 'cgi',
    host: 'apache',
    connector: 'apache-mod-cgid',
    connectorVariant: null,
    backend: null,
    backendVariant: null,
    adapter: 'wsgi-cgi',
    app: 'wsgi-bare',
    appForm: 'wsgi-callable',
    form: 'cgi-script',
    upstream: null,
    contract: 'full',
    extras: [],
    language: 'python',
    pipeline: ['Apache', 'mod_cgid', 'CGI program', 'plain WSGI (WSGI)'],
    ...over,
  };
}

export interface WindowFacts {
  readonly latenciesUs: readonly number[];
  readonly connections?: number;
  /** @default Σ latencies ÷ connections */
  readonly spanMs?: number;
}

/** A sound window in which every request was answered as it should be. */
export function aWindow({ latenciesUs, connections = 1, spanMs }: WindowFacts): WindowRecord {
  const completed = latenciesUs.length;
  const latency = aHistogram(latenciesUs);
  const span = spanMs ?? (latency.meanUs * completed) / connections / 1_000;
  const share = Math.floor(completed / connections);
  return {
    plannedMs: 2_000,
    plannedRequests: null,
    spanMs: span,
    drainMs: Math.min(span, latency.meanUs / 1_000),
    counts: {
      offered: completed,
      completed,
      errors: {},
      unfinished: 0,
      wrongStatus: 0,
      wrongBody: 0,
      digested: Math.ceil(completed / 64),
    },
    perConnection: Array.from(
      { length: connections },
      (_, i) => share + (i < completed % connections ? 1 : 0),
    ),
    latency,
    lateness: null,
    responseTime: null,
    series: { binMs: 200, completions: spread(completed, Math.max(1, Math.ceil(span / 200))) },
    busyRatio: 1,
    responseBytes: completed * 14,
    firstBadAnswer: null,
    generator: {
      driver: 'autocannon',
      cpuUs: completed * 60,
      wallMs: span,
      loopLagP99Us: 900,
      loopLagMaxUs: 2_400,
    },
  };
}

const spread = (total: number, bins: number): number[] =>
  Array.from(
    { length: bins },
    (_, i) => Math.floor(((i + 1) * total) / bins) - Math.floor((i * total) / bins),
  );

export interface ObservationFacts extends WindowFacts {
  readonly stack?: string;
  readonly workload?: Workload;
  readonly label?: string | null;
  readonly position?: number;
  readonly hostCpuUsPerRequest?: number;
  /** null: the stack has no backend. */
  readonly backendCpuUsPerRequest?: number | null;
  readonly pssBytes?: number | null;
}

/** One sound observation. */
export function anObservation(facts: ObservationFacts, over: Partial<Observation> = {}): Observation {
  const workload = facts.workload ?? aWorkload();
  const window = aWindow({ ...facts, connections: facts.connections ?? workload.load.connections });
  const role = (perRequest: number, pssBytes: number | null) => {
    const cpuUs = Math.round(perRequest * window.counts.completed);
    const systemUs = Math.round(cpuUs * 0.3);
    return {
      cpuUs,
      userUs: cpuUs - systemUs,
      systemUs,
      pssBytes,
      processesMax: 3,
      voluntarySwitches: window.counts.completed * 2,
      involuntarySwitches: 12,
    };
  };
  const hostCpu = facts.hostCpuUsPerRequest ?? 1_000;
  const backendCpu = facts.backendCpuUsPerRequest ?? null;
  const pss = facts.pssBytes === undefined ? 20_000_000 : facts.pssBytes;
  return {
    cell: { stack: facts.stack ?? aStack().name, workload: workload.name, label: facts.label ?? null },
    request: workload.request,
    load: workload.load,
    position: facts.position ?? 0,
    window,
    account: {
      source: 'cgroup1',
      wallMs: window.spanMs + 250,
      host: role(hostCpu, pss),
      backend: backendCpu === null ? null : role(backendCpu, pss),
      all: role(hostCpu + (backendCpu ?? 0), pss),
      idleCpuUsPerSec: 40,
      tasksCreated: window.counts.completed,
      idleTasksPerSec: 0,
    },
    machine: { stealRatio: 0.002, foreignCpuRatio: 0.01, cpuPressureRatio: 0.05, clockJumpMs: 0.1 },
    findings: [],
    ...over,
  };
}

/** One completed launch, its id made of round and stack. */
export function aTrial(over: Partial<TrialRecord> = {}): TrialRecord {
  const round = over.round ?? 1;
  const stack = over.stack ?? aStack().name;
  return {
    kind: 'trial',
    id: trialId(round, stack, over.label ?? null),
    round,
    stack,
    label: null,
    startedAt: new Date(Date.UTC(2026, 0, 1, 12, round)).toISOString(),
    durationMs: 9_000,
    outcome: { state: 'completed' },
    startUp: { firstAnswerMs: 120, warmMs: 180, workersSeen: 2, workersExpected: 2 },
    verifications: [
      {
        extent: 'full',
        ok: true,
        checks: [{ check: 'GET /hello', comparison: 'exact', ok: true, detail: null }],
      },
    ],
    processes: { requests: 20, distinct: 20 },
    heldProcessPssBytes: null,

    unequal: [],
    behaviour: null,
    observations: [],
    findings: [],
    ...over,
  };
}

export const trialId = (round: number, stack: string, label: string | null): string =>
  `r${round} ${stack}${label === null ? '' : ` ${label}`}`;

export function aManifest(over: Partial<Manifest> = {}): Manifest {
  return {
    version: 1,
    id: '2026-01-01T12-00-00Z-test',
    title: 'A run made for a test',
    startedAt: '2026-01-01T12:00:00.000Z',
    lab: { version: '0.1.0', commit: null },
    command: ['lab', 'run', 'models'],
    machine: {
      os: 'Debian GNU/Linux 12 (bookworm)',
      kernel: '6.1.0',
      cpuModel: 'Test CPU',
      cores: 2,
      memoryBytes: 8_000_000_000,
      virtual: 'kvm',
    },
    accounting: 'cgroup1',
    measuredUser: 'www-data',
    versions: { node: '20.20.2', python3: '3.11.2' },
    configs: {},
    findings: [],
    ...over,
  };
}

/** A plan in which every stack is launched once a round and every workload measured in each launch. */
export function aPlan(
  stacks: readonly StackRecord[],
  workloads: readonly Workload[],
  rounds: number,
  over: Partial<Plan> = {},
): Plan {
  const names = workloads.map(({ name }) => name);
  const capacity = { processes: 2, threads: 8 };
  return {
    version: 1,
    seed: 1,
    budgetMs: null,
    expectedMs: rounds * stacks.length * 9_000,
    capacity,
    scenarios: [
      {
        name: 'models',
        scenario: {
          title: 'Deployment models',
          question: 'What does each deployment model cost?',
          inAll: true,
          stacks: ['all'],
          workloads: [...workloads],
          capacity,
          rounds,
          minRounds: 3,
        },
      },
    ],
    stacks: [...stacks],
    workloads: [...workloads],
    asks: stacks.map(({ name }) => ({ scenario: 'models', stack: name, workloads: names })),
    rounds,
    trials: Array.from({ length: rounds }, (_, i) => i + 1).flatMap((round) =>
      stacks.map(({ name }) => ({
        id: trialId(round, name, null),
        round,
        stack: name,
        label: null,
        workloads: names,
      })),
    ),
    exclusions: [],
    ...over,
  };
}

/** A complete run of the trials given. */
export function aRun(plan: Plan, trials: readonly TrialRecord[], over: Partial<RunData> = {}): RunData {
  return {
    manifest: aManifest(),
    plan,
    trials,
    baselines: [],
    end: { kind: 'end', state: 'complete', endedAt: '2026-01-01T12:20:00.000Z', reason: null },
    damage: [],
    ...over,
  };
}
