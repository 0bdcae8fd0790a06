/** A run of 20 stacks with figures of known size (what one shared 2-core machine showed), for reports. */
import { finding } from '../../../results/schema/findings.ts';
import type { Check, TrialRecord } from '../../../results/schema/records.ts';
import type { StackRecord } from '../../../results/schema/stack.ts';
import type { RunData } from '../../../results/store/read.ts';
import type { Workload } from '../../../scenarios/define.ts';
import { aManifest, anObservation, aPlan, aRun, aStack, aTrial, aWorkload } from '../../helpers/records.ts';
import { type Seeded, seeded } from '../../helpers/seeded.ts';

interface Kind {
  readonly stack: StackRecord;
  /** CPU per request of server and backend, and latency at one connection. */
  readonly hostUs: number;
  readonly backendUs: number | null;
  readonly latencyUs: number;
  readonly pssBytes: number | null;
}

const MIB = 1024 ** 2;

function kind(
  name: string,
  pipeline: readonly string[],
  more: Partial<StackRecord>,
  [hostUs, backendUs, latencyUs, pssMib]: readonly [number, number | null, number, number | null],
): Kind {
  const [chain = '', app = ''] = name.split('/');
  const [connector = '', backend = null] = chain.split('+');
  return {
    stack: aStack({
      name,
      pipeline: [...pipeline],
      host: connector.startsWith('gateway') ? 'gateway' : 'apache',
      connector,
      backend,
      app,
      language: app.startsWith('node') ? 'node' : 'python',
      appForm: app.startsWith('node') ? 'node-handler' : 'wsgi-callable',
      ...more,
    }),
    hostUs,
    backendUs,
    latencyUs,
    pssBytes: pssMib === null ? null : pssMib * MIB,
  };
}

const WSGI = 'plain WSGI (WSGI)';
const NODE = 'plain Node (node:http)';
const floor = { contract: 'hello' as const, appForm: 'cgi-script' as const, adapter: null };

/** Every shape of stack: two servers, two applications, floors, all models. */
export const KINDS: readonly Kind[] = [
  kind('apache-files/files', ['Apache', 'static file'], { ...floor, model: 'static', form: 'files' }, [
    42,
    null,
    130,
    14,
  ]),
  kind(
    'apache-mod-cgid/floor-c',
    ['Apache', 'mod_cgid + .htaccess', 'C program (CGI)'],
    { ...floor, model: 'cgi' },
    [1_310, null, 1_900, 14],
  ),
  kind(
    'apache-mod-cgid/floor-sh',
    ['Apache', 'mod_cgid + .htaccess', 'sh script (CGI)'],
    { ...floor, model: 'cgi' },
    [1_720, null, 2_300, 14],
  ),
  kind(
    'apache-mod-cgid/wsgi-bare',
    ['Apache', 'mod_cgid + .htaccess', 'wsgiref (CGI)', WSGI],
    { model: 'cgi' },
    [35_200, null, 37_900, 14],
  ),
  kind(
    'apache-mod-wsgi-embedded/wsgi-bare',
    ['Apache', 'mod_wsgi (embedded)', WSGI],
    { model: 'embedded', form: 'wsgi-callable', adapter: null },
    [101, null, 260, 31],
  ),
  kind(
    'apache-mod-wsgi-daemon/wsgi-bare',
    ['Apache', 'mod_wsgi (daemon)', WSGI],
    { model: 'daemon', form: 'wsgi-callable', upstream: 'own', adapter: null },
    [270, null, 410, 38],
  ),
  kind(
    'apache-proxy-fcgi+flup/wsgi-bare',
    ['Apache', 'mod_proxy_fcgi', 'flup (FastCGI)', WSGI],
    { model: 'daemon', form: 'wsgi-callable', upstream: 'fastcgi', adapter: null },
    [190, 310, 720, 41],
  ),
  kind(
    'apache-proxy-http+gunicorn/wsgi-bare',
    ['Apache', 'mod_proxy_http', 'gunicorn', WSGI],
    { model: 'pool', form: 'wsgi-callable', upstream: 'http', adapter: null },
    [160, 180, 640, 52],
  ),
  kind(
    'apache-mod-cgid/node-bare',
    ['Apache', 'mod_cgid + .htaccess', 'Node CGI (CGI)', NODE],
    { model: 'cgi' },
    [42_300, null, 44_800, 14],
  ),
  kind(
    'apache-proxy-fcgi+node-fastcgi/node-bare',
    ['Apache', 'mod_proxy_fcgi', 'Node FastCGI', NODE],
    { model: 'daemon', form: 'node-handler', upstream: 'fastcgi', adapter: null },
    [170, 120, 480, 88],
  ),
  kind(
    'apache-proxy-http+node-pool/node-bare',
    ['Apache', 'mod_proxy_http', 'Node workers', NODE],
    { model: 'pool', form: 'node-handler', upstream: 'http', adapter: null },
    [150, 95, 430, 118],
  ),
  kind('gateway-files/files', ['Gateway', 'static file'], { ...floor, model: 'static', form: 'files' }, [
    68,
    null,
    190,
    48,
  ]),
  kind('gateway-cgi/floor-c', ['Gateway', 'CGI', 'C program (CGI)'], { ...floor, model: 'cgi' }, [
    1_620,
    null,
    2_100,
    49,
  ]),
  kind('gateway-cgi/wsgi-bare', ['Gateway', 'CGI', 'wsgiref (CGI)', WSGI], { model: 'cgi' }, [
    35_900,
    null,
    38_600,
    49,
  ]),
  kind('gateway-cgi/node-bare', ['Gateway', 'CGI', 'Node CGI (CGI)', NODE], { model: 'cgi' }, [
    43_100,
    null,
    46_000,
    49,
  ]),
  kind(
    'gateway-fastcgi/node-bare',
    ['Gateway', 'FastCGI', NODE],
    { model: 'daemon', form: 'node-handler', upstream: 'fastcgi', adapter: null },
    [140, null, 360, 96],
  ),
  kind(
    'gateway-in-process/node-bare',
    ['Gateway', 'in-process', NODE],
    { model: 'embedded', form: 'node-handler', adapter: null },
    [71, null, 205, 52],
  ),
  kind(
    'gateway-http-pool/node-bare',
    ['Gateway', 'HTTP proxy', 'Node workers', NODE],
    { model: 'pool', form: 'node-handler', upstream: 'http', backend: 'node-pool', adapter: null },
    [120, 88, 420, 131],
  ),
];

export const HELLO_1: Workload = aWorkload({ name: 'hello-c1', maxRequests: null });
export const HELLO_16: Workload = aWorkload({
  name: 'hello-c16',
  load: { model: 'closed', connections: 16 },
});
export const PAGE_16: Workload = aWorkload({
  name: 'page-c16',
  request: { method: 'GET', path: '/page', headers: {}, body: null },
  load: { model: 'closed', connections: 16 },
});

const CHECKS: readonly Check[] = [
  ...[
    'GET /hello',
    'GET /json',
    'GET /bytes?n=65536',
    'POST /echo',
    'GET /work?rounds=10',
    'GET /page',
    'HEAD /hello',
    'GET /no-such-page',
  ].map((check): Check => ({ check, comparison: 'exact', ok: true, detail: null })),
  { check: 'GET /stream?chunks=3&ms=5', comparison: 'bytes', ok: true, detail: null },
  { check: 'GET /env', comparison: 'shape', ok: true, detail: null },
  { check: 'GET /boom', comparison: 'status', ok: true, detail: null },
];

const PROOF: Readonly<Record<string, string>> = {
  static: 'no application: nothing to prove',
  cgi: '5 requests were answered by 5 processes (pid 4117 … 4121), children of the server, each gone within 12 ms',
  embedded: 'pid 4093 answered and holds the server end of the connection (inode 88213)',
  daemon: 'pid 4101 answered 5 times; pid 4093 holds the server end of the connection',
  pool: 'pids 4101 and 4102 answered 5 times; pid 4093 holds the server end of the connection',
};

/** A run of `rounds` rounds; each launch varies by a few per cent, each request by more. */
export function sampleRun(rounds = 5, kinds: readonly Kind[] = KINDS): RunData {
  const random = seeded(42);
  const workloads = [HELLO_1, HELLO_16, PAGE_16];
  const floors = new Set(
    kinds.filter(({ stack }) => stack.contract === 'hello').map(({ stack }) => stack.name),
  );
  const whole = aPlan(
    kinds.map(({ stack }) => stack),
    workloads,
    rounds,
    {
      seed: 42,
      budgetMs: 1_200_000,
      exclusions: [
        {
          what: 'apache-mod-fastcgi/*',
          reason: 'mod_fastcgi.so was not found: no distribution ships it now',
          remedy: 'give its folder with --apache-modules, or use mod_fcgid or mod_proxy_fcgi',
        },
        {
          what: 'apache-mod-cgid/files',
          reason: 'files are not a program: nothing joins files to cgi-script',
          remedy: null,
        },
      ],
    },
  );
  const asked = (name: string) =>
    workloads
      .filter(({ request }) => request.path === '/hello' || !floors.has(name))
      .map((workload) => workload.name);
  const byName = new Map(kinds.map((each) => [each.stack.name, each]));
  const plan = {
    ...whole,
    asks: whole.asks.map((ask) => ({ ...ask, workloads: asked(ask.stack) })),
    trials: whole.trials.map((trial) => ({ ...trial, workloads: asked(trial.stack) })),
  };
  const trials = plan.trials.flatMap((planned) => {
    const of = byName.get(planned.stack);
    return of === undefined ? [] : [trialOf(of, planned.round, workloads, random)];
  });
  const baseline = (name: string, app: string | null, cpuUs: number) =>
    Array.from({ length: rounds }, (_, i) => ({
      kind: 'baseline' as const,
      round: i + 1,
      name,
      app,
      executions: 20,
      cpuUsPerExec: cpuUs * (1 + 0.02 * random.normal()),
      wallUsPerExec: cpuUs * 1.06 * (1 + 0.02 * random.normal()),
      source: 'cgroup1' as const,
    }));
  return aRun(plan, trials, {
    manifest: aManifest({
      title: 'Deployment models',
      versions: {
        node: '20.20.2',
        python3: '3.11.2',
        apache2: '2.4.67',
        mod_wsgi: '4.9.4',
        flup: '1.0.3',
        gunicorn: '23.0.0',
      },
      configs: {
        'apache-mod-cgid/wsgi-bare': [
          {
            path: 'apache/httpd.conf',
            content:
              'ServerRoot "/run/lab"\nLoadModule cgid_module modules/mod_cgid.so\n<Directory "/run/lab/htdocs">\n  AllowOverride Options FileInfo\n</Directory>\n',
          },
          {
            path: 'htdocs/.htaccess',
            content: 'Options +ExecCGI\nAddType text/html py\nAddHandler cgi-script .py\n',
          },
        ],
      },
    }),
    baselines: [
      ...baseline('python3 -c pass', null, 13_400),
      ...baseline('imports of wsgi-bare as CGI', 'wsgi-bare', 33_100),
      ...baseline('node -e 0', null, 39_800),
    ],
  });
}

function trialOf(of: Kind, round: number, workloads: readonly Workload[], random: Seeded): TrialRecord {
  const { stack } = of;
  const isCgi = stack.model === 'cgi';
  const launch = 1 + 0.03 * random.normal();
  const asked = workloads.filter(
    (workload) => stack.contract === 'full' || workload.request.path === '/hello',
  );
  return aTrial({
    round,
    stack: stack.name,
    startUp: {
      firstAnswerMs: 110 * launch,
      warmMs: isCgi ? null : 190 * launch,
      workersSeen: isCgi ? 0 : 2,
      workersExpected: isCgi ? null : 2,
    },
    verifications: [
      {
        extent: round === 1 ? 'full' : 'spot',
        ok: true,
        checks: [
          ...(stack.contract === 'full' ? CHECKS : CHECKS.slice(0, 1)),
          {
            check: `model is ${stack.model}`,
            comparison: 'model',
            ok: true,
            detail: PROOF[stack.model] ?? null,
          },
        ],
      },
    ],
    processes:
      stack.contract === 'full'
        ? { requests: 20, distinct: isCgi ? 20 : stack.model === 'pool' ? 2 : 1 }
        : null,
    heldProcessPssBytes: isCgi && stack.contract === 'full' ? Math.round(9.4 * MIB * launch) : null,
    observations: asked.map((workload, position) => {
      const heavier = workload.request.path === '/page' ? 1.35 : 1;
      const queue = Math.max(1, workload.load.connections / 2);
      const requests = isCgi ? 160 : 2_400;
      const latency = of.latencyUs * launch * heavier * queue;
      const observation = anObservation({
        stack: stack.name,
        workload,
        position,
        latenciesUs: Array.from({ length: requests }, () =>
          Math.max(
            20,
            Math.round(latency * Math.exp(0.18 * random.normal() + (random.uniform() < 0.01 ? 1.3 : 0))),
          ),
        ),
        hostCpuUsPerRequest: of.hostUs * launch * heavier,
        backendCpuUsPerRequest: of.backendUs === null ? null : of.backendUs * launch * heavier,
        pssBytes: of.pssBytes === null ? null : Math.round(of.pssBytes * launch),
      });
      const bound = workload.load.connections > 1 && of.hostUs + (of.backendUs ?? 0) < 110;
      return bound
        ? {
            ...observation,
            findings: [
              finding('generator-bound', 'the generator used 96 % of its core', ['throughput', 'latency']),
            ],
          }
        : observation;
    }),
  });
}
