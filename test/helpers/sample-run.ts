/**
 * A synthetic run of realistic size and shape, for tests and for drawing a report without measuring.
 * The sizes are those that one shared 2-core machine showed; the noise is drawn from a seed.
 */
import { MODELS, type Model } from '../../core/words.ts';
import { finding } from '../../results/schema/findings.ts';
import type { Plan, TrialRecord, Verification } from '../../results/schema/records.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import type { RunData } from '../../results/store/read.ts';
import type { Workload } from '../../scenarios/define.ts';
import { aManifest, anObservation, aPlan, aRun, aStack, aTrial, aWorkload } from './records.ts';
import { type Seeded, seeded } from './seeded.ts';

/** What a synthetic stack "takes": means per request of `/hello`, and by how much `/page` is dearer. */
interface Behaviour {
  readonly hostCpuUs: number;
  /** null: no backend. */
  readonly backendCpuUs: number | null;
  /** Mean latency at one connection. */
  readonly latencyUs: number;
  readonly pageCpuUs: number;
  readonly pssBytes: number | null;
  readonly firstAnswerMs: number;
}

interface SampleStack {
  readonly record: StackRecord;
  readonly takes: Behaviour;
}

const MB = 1_000_000;

type Row = readonly [
  name: string,
  model: Model,
  pipeline: string,
  hostCpuUs: number,
  backendCpuUs: number | null,
  latencyUs: number,
  pageCpuUs: number,
  pssMb: number | null,
  firstAnswerMs: number,
];

const ROWS: readonly Row[] = [
  ['apache-files/files', 'static', 'Apache · files', 55, null, 160, 0, 14, 60],
  [
    'apache-mod-cgid/floor-sh',
    'cgi',
    'Apache · mod_cgid + .htaccess · sh script',
    1_700,
    null,
    2_300,
    0,
    null,
    70,
  ],
  [
    'apache-mod-cgid/floor-c',
    'cgi',
    'Apache · mod_cgid + .htaccess · C program',
    1_250,
    null,
    1_700,
    0,
    null,
    70,
  ],
  [
    'apache-mod-cgid/wsgi-bare',
    'cgi',
    'Apache · mod_cgid + .htaccess · wsgiref (CGI) · plain WSGI',
    35_000,
    null,
    37_500,
    3_200,
    null,
    110,
  ],
  [
    'apache-mod-cgid/node-bare',
    'cgi',
    'Apache · mod_cgid + .htaccess · Node (CGI) · plain Node',
    42_000,
    null,
    45_000,
    2_400,
    null,
    120,
  ],
  [
    'apache-mod-wsgi-daemon/wsgi-bare',
    'daemon',
    'Apache · mod_wsgi (daemon) · plain WSGI',
    270,
    null,
    420,
    150,
    38,
    190,
  ],
  [
    'apache-mod-wsgi-embedded/wsgi-bare',
    'embedded',
    'Apache · mod_wsgi (embedded) · plain WSGI',
    120,
    null,
    260,
    140,
    44,
    180,
  ],
  [
    'apache-proxy-fcgi+flup/wsgi-bare',
    'daemon',
    'Apache · mod_proxy_fcgi · flup (FastCGI) · plain WSGI',
    140,
    350,
    690,
    150,
    47,
    260,
  ],
  [
    'apache-proxy-fcgi+node-fastcgi/node-bare',
    'daemon',
    'Apache · mod_proxy_fcgi · Node responder (FastCGI) · plain Node',
    135,
    120,
    390,
    60,
    96,
    230,
  ],
  [
    'apache-proxy-http+gunicorn/wsgi-bare',
    'pool',
    'Apache · mod_proxy_http · gunicorn (HTTP) · plain WSGI',
    150,
    310,
    640,
    145,
    62,
    480,
  ],
  [
    'apache-proxy-http+node-pool/node-bare',
    'pool',
    'Apache · mod_proxy_http · Node workers (HTTP) · plain Node',
    145,
    85,
    360,
    55,
    110,
    250,
  ],
  ['gateway-files/files', 'static', 'gateway · files', 95, null, 190, 0, 42, 55],
  ['gateway-cgi/floor-sh', 'cgi', 'gateway · CGI · sh script', 3_100, null, 3_700, 0, null, 60],
  ['gateway-cgi/floor-c', 'cgi', 'gateway · CGI · C program', 2_500, null, 2_900, 0, null, 60],
  [
    'gateway-cgi/node-bare',
    'cgi',
    'gateway · CGI · Node (CGI) · plain Node',
    43_500,
    null,
    46_200,
    2_400,
    null,
    110,
  ],
  [
    'gateway-cgi/wsgi-bare',
    'cgi',
    'gateway · CGI · wsgiref (CGI) · plain WSGI',
    36_800,
    null,
    39_100,
    3_200,
    null,
    105,
  ],
  [
    'gateway-fastcgi+node-fastcgi/node-bare',
    'daemon',
    'gateway · FastCGI client · Node responder (FastCGI) · plain Node',
    150,
    110,
    380,
    60,
    88,
    120,
  ],
  [
    'gateway-in-process/node-bare',
    'embedded',
    'gateway · in-process · plain Node',
    80,
    null,
    150,
    55,
    46,
    60,
  ],
  [
    'gateway-proxy+node-pool/node-bare',
    'pool',
    'gateway · HTTP proxy · Node workers (HTTP) · plain Node',
    140,
    80,
    350,
    55,
    128,
    140,
  ],
];

function sampleStack(row: Row): SampleStack {
  const [name, model, pipeline, hostCpuUs, backendCpuUs, latencyUs, pageCpuUs, pssMb, firstAnswerMs] = row;
  const [chain = '', app = ''] = name.split('/');
  const [connector = '', backend = null] = chain.split('+');
  const full = app.endsWith('-bare');
  const adapted = model === 'cgi' && full;
  const appForm =
    app === 'files' ? 'files' : !full ? 'cgi-script' : app === 'wsgi-bare' ? 'wsgi-callable' : 'node-handler';
  return {
    record: aStack({
      name,
      model,
      host: connector.startsWith('apache') ? 'apache' : 'gateway',
      connector,
      backend,
      adapter: adapted ? `${appForm}-cgi` : null,
      app,
      appForm,
      form: adapted ? 'cgi-script' : appForm,
      upstream: model === 'pool' ? 'http' : backend !== null ? 'fastcgi' : model === 'daemon' ? 'own' : null,
      contract: full ? 'full' : 'hello',
      language:
        { 'wsgi-bare': 'python', 'node-bare': 'javascript', 'floor-sh': 'sh', 'floor-c': 'c' }[app] ?? 'none',
      pipeline: pipeline.split(' · '),
    }),
    takes: {
      hostCpuUs,
      backendCpuUs,
      latencyUs,
      pageCpuUs,
      pssBytes: pssMb === null ? null : pssMb * MB,
      firstAnswerMs,
    },
  };
}

const HELLO_1 = aWorkload();
const HELLO_16 = aWorkload({ name: 'hello-c16', load: { model: 'closed', connections: 16 } });
const PAGE_1 = aWorkload({
  name: 'page-c1',
  request: { method: 'GET', path: '/page', headers: {}, body: null },
});

export interface SampleOptions {
  readonly seed?: number;
  readonly rounds?: number;
  /** Which of the stacks; all by default. */
  readonly stacks?: (name: string) => boolean;
  /** Requests of a window, at most. Fewer make a smaller file. */
  readonly maxRequests?: number;
  /** With one invalid cell, one suspect one, and one stack that failed to launch. @default true */
  readonly blemished?: boolean;
}

/** A whole run, complete and plausible. */
export function sampleRun(options: SampleOptions = {}): RunData {
  const {
    seed = 20_260_101,
    rounds = 5,
    stacks = () => true,
    maxRequests = 4_000,
    blemished = true,
  } = options;
  const random = seeded(seed);
  const samples = ROWS.map(sampleStack).filter(({ record }) => stacks(record.name));
  const plan = samplePlan(samples, rounds, seed);
  const slowness = Array.from({ length: rounds }, () => Math.exp(0.08 * random.normal()));
  const trials = plan.trials.map((planned, index): TrialRecord => {
    const sample = samples.find(({ record }) => record.name === planned.stack);
    if (sample === undefined) throw new Error(`no sample of ${planned.stack}`);
    const { record, takes } = sample;
    const factor = (slowness[planned.round] ?? 1) * Math.exp(0.03 * random.normal());
    const perProcess = record.model === 'cgi';
    const observations = planned.workloads.map((name, position) =>
      observe(sample, workloadOf(plan, name), {
        factor,
        position,
        random,
        maxRequests,
        blemished,
        round: planned.round,
      }),
    );
    return aTrial({
      id: planned.id,
      round: planned.round,
      stack: planned.stack,
      startedAt: new Date(Date.UTC(2026, 0, 1, 12) + index * 9_300).toISOString(),
      startUp: {
        firstAnswerMs: takes.firstAnswerMs * factor,
        warmMs: perProcess || record.model === 'static' ? null : takes.firstAnswerMs * 1.4 * factor,
        workersSeen: 2,
        workersExpected: perProcess ? null : 2,
      },
      verifications: [verification(record, planned.round === 0)],
      processes: record.contract === 'full' ? { requests: 50, distinct: perProcess ? 50 : 2 } : null,
      heldProcessPssBytes: perProcess && record.contract === 'full' ? 9.5 * MB * factor : null,

      unequal: [],
      behaviour: null,
      observations,
    });
  });
  const run = aRun(plan, trials, {
    manifest: aManifest({
      id: '2026-01-01T12-00-00Z-sample',
      title: 'Synthetic sample: invented numbers of realistic size, not measured',
      configs: Object.fromEntries(
        samples.slice(0, 3).map(({ record }) => [record.name, sampleConfig(record)]),
      ),
    }),
    baselines: Array.from({ length: rounds }, (_, round) => baselines(round, random)).flat(),
    end: { kind: 'end', state: 'complete', endedAt: '2026-01-01T12:20:00.000Z', reason: null },
  });
  return blemished ? blemish(run) : run;
}

function samplePlan(samples: readonly SampleStack[], rounds: number, seed: number): Plan {
  const records = samples.map(({ record }) => record);
  const plan = aPlan(records, [HELLO_1, HELLO_16, PAGE_1], rounds);
  const names = (stack: string) =>
    records.find(({ name }) => name === stack)?.contract === 'full'
      ? [HELLO_1.name, HELLO_16.name, PAGE_1.name]
      : [HELLO_1.name, HELLO_16.name];
  return {
    ...plan,
    seed,
    asks: plan.asks.map((ask) => ({ ...ask, workloads: names(ask.stack) })),
    trials: plan.trials.map((trial, index) => ({
      ...trial,
      id: `r${trial.round}-${String(index + 1).padStart(4, '0')}`,
      round: trial.round - 1,
      workloads: names(trial.stack),
    })),
    exclusions: [
      {
        what: 'apache-mod-python/wsgi-bare',
        reason: 'the Apache module mod_python is not installed',
        remedy: 'lab setup --yes',
      },
    ],
  };
}

function workloadOf(plan: Plan, name: string): Workload {
  const workload = plan.workloads.find((each) => each.name === name);
  if (workload === undefined) throw new Error(`no workload ${name}`);
  return workload;
}

interface Conditions {
  readonly factor: number;
  readonly position: number;
  readonly round: number;
  readonly random: Seeded;
  readonly maxRequests: number;
  readonly blemished: boolean;
}

function observe({ record, takes }: SampleStack, workload: Workload, conditions: Conditions) {
  const { factor, random } = conditions;
  const page = workload.request.path === '/page' ? takes.pageCpuUs : 0;
  const { connections } = workload.load;
  const cpuUs = (takes.hostCpuUs + (takes.backendCpuUs ?? 0) + page) * factor;
  // At one connection the latency is the stack's; with more than the cores can serve it is mostly queueing.
  const latencyUs =
    connections === 1
      ? (takes.latencyUs + page) * factor
      : Math.max(takes.latencyUs, (connections * cpuUs) / 1.7);
  const requests = Math.max(
    30,
    Math.min(conditions.maxRequests, Math.round((2_000_000 * connections) / latencyUs)),
  );
  const latenciesUs = Array.from({ length: requests }, () => {
    const hiccup = random.uniform() < 0.002 ? 8_000 * random.uniform() : 0;
    return Math.max(1, Math.round(latencyUs * Math.exp(0.18 * random.normal() - 0.0162) + hiccup));
  });
  const noise = () => factor * Math.exp(0.01 * random.normal());
  const bound = conditions.blemished && connections > 1 && cpuUs < 130;
  const pageOf = (share: number | null) => (share === null ? null : page * noise());
  return anObservation(
    {
      stack: record.name,
      workload,
      position: conditions.position,
      latenciesUs,
      hostCpuUsPerRequest: takes.hostCpuUs * noise() + (takes.backendCpuUs === null ? page * noise() : 0),
      backendCpuUsPerRequest:
        takes.backendCpuUs === null ? null : takes.backendCpuUs * noise() + (pageOf(takes.backendCpuUs) ?? 0),
      pssBytes: takes.pssBytes === null ? null : takes.pssBytes * (1 + 0.01 * random.normal()),
    },
    bound
      ? { findings: [finding('generator-bound', 'the driver used 0.93 of its core', ['throughput'])] }
      : {},
  );
}

function verification({ model, contract }: StackRecord, full: boolean): Verification {
  const routes =
    contract === 'full' ? ['GET /hello', 'GET /json', 'POST /echo', 'GET /page'] : ['GET /hello'];
  const exact = routes.map((check) => ({ check, comparison: 'exact' as const, ok: true, detail: null }));
  const proof: Record<Model, string> = {
    static: 'no program answers',
    cgi: '3 requests were answered by 3 processes, each gone within a second',
    daemon: 'pid 4711 answered twice; the connection is held by pid 4702',
    embedded: 'pid 4702 answered and holds the connection',
    pool: 'pid 4711 answered twice; the connection is held by pid 4702',
  };
  const checks = full
    ? [
        ...exact,
        {
          check: 'model',
          comparison: 'model' as const,
          ok: true,
          detail: proof[MODELS[MODELS.indexOf(model)] ?? 'cgi'],
        },
      ]
    : exact.slice(0, 3);
  return { extent: full ? 'full' : 'spot', ok: true, checks };
}

const sampleConfig = (record: StackRecord) => [
  {
    path: 'httpd.conf',
    content: `# generated for ${record.name}\nServerRoot "SITE"\nListen 127.0.0.1:PORT\n`,
  },
];

function baselines(round: number, random: Seeded): RunData['baselines'] {
  const rows = [
    ['python3 -c pass', null, 21_500],
    ['imports of wsgi-bare as CGI', 'wsgi-bare', 31_000],
    ['node -e 0', null, 26_000],
  ] as const;
  return rows.map(([name, app, cpuUs]) => {
    const factor = Math.exp(0.03 * random.normal());
    return {
      kind: 'baseline' as const,
      round,
      name,
      app,
      executions: 20,
      cpuUsPerExec: cpuUs * factor,
      wallUsPerExec: cpuUs * 1.1 * factor,
      source: 'cgroup1' as const,
    };
  });
}

/** One cell made invalid and one stack made to fail, as a real run would record it. */
function blemish(run: RunData): RunData {
  const broken = 'apache-proxy-fcgi+flup/wsgi-bare';
  const absent = 'gateway-cgi/floor-sh';
  return {
    ...run,
    trials: run.trials.map((trial): TrialRecord => {
      if (trial.stack === absent) {
        const failure = {
          stage: 'launch' as const,
          code: 'E_NOT_READY',
          message: 'the stack did not answer within 10000 ms',
          facts: { waitedMs: 10_000 },
          hint: 'Read the logs kept with the run.',
        };
        return {
          ...trial,
          outcome: { state: 'failed', failure },
          startUp: null,
          verifications: [],
          observations: [],
        };
      }
      if (trial.stack !== broken || trial.round !== 1) return trial;
      return {
        ...trial,
        observations: trial.observations.map((each) => {
          if (each.cell.workload !== HELLO_16.name) return each;
          const evidence = '12 of 4000 bodies had another length than expected';
          const bad = { status: 200, bodyStart: 'Hello', why: 'expected 14 bytes, got 5' };
          return {
            ...each,
            window: { ...each.window, firstBadAnswer: bad, counts: { ...each.window.counts, wrongBody: 12 } },
            findings: [finding('wrong-bodies', evidence)],
          };
        }),
      };
    }),
  };
}
