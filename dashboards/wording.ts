/** What dashboards say of models, metrics and workloads, in words that need no knowledge of the lab. */
import type { Model } from '../core/words.ts';
import type { CellMetric } from '../results/analyse/model.ts';
import type { Finding } from '../results/schema/finding.ts';
import type { StackRecord } from '../results/schema/stack.ts';
import type { Workload } from '../scenarios/define.ts';
import type { QuantityKind } from './quantity.ts';

interface ModelWords {
  readonly title: string;
  /** What happens for a request. */
  readonly request: string;
}

export const MODEL_WORDS: Readonly<Record<Model, ModelWords>> = {
  static: {
    title: 'Static file',
    request:
      'The server answers with a file itself; no program runs. This is the floor: nothing can cost less.',
  },
  cgi: {
    title: 'CGI',
    request:
      'For each request a new process is made (fork + exec), starts its interpreter, loads the application, ' +
      'answers once and dies.',
  },
  daemon: {
    title: 'Daemon',
    request:
      'The application runs in processes of its own that stay alive; the server hands each request to one of ' +
      'them over a gateway protocol such as FastCGI.',
  },
  embedded: {
    title: 'Embedded',
    request: "The application is loaded once into the server's own processes; a request is a function call.",
  },
  pool: {
    title: 'Proxied pool',
    request:
      'The application runs behind an HTTP server of its own, in a pool of workers that stay alive; the server ' +
      'in front passes each request on as HTTP.',
  },
};

interface MetricWords {
  readonly title: string;
  readonly kind: QuantityKind;
  /** Which findings speak of it. */
  readonly figure: Finding['metrics'][number];
}

export const METRIC_WORDS: Readonly<Record<CellMetric, MetricWords>> = {
  throughputPerSec: { title: 'Requests per second', kind: 'rate', figure: 'throughput' },
  cpuUsPerRequest: { title: 'CPU per request', kind: 'duration', figure: 'cpu' },
  requestsPerCoreSec: { title: 'Requests per core-second', kind: 'coreRate', figure: 'cpu' },
  meanUs: { title: 'Mean', kind: 'duration', figure: 'latency' },
  p50Us: { title: 'p50', kind: 'duration', figure: 'latency' },
  p90Us: { title: 'p90', kind: 'duration', figure: 'latency' },
  p99Us: { title: 'p99', kind: 'duration', figure: 'latency' },
  p999Us: { title: 'p99.9', kind: 'duration', figure: 'latency' },
  maxUs: { title: 'Largest', kind: 'duration', figure: 'latency' },
  pssBytes: { title: 'Memory (PSS)', kind: 'bytes', figure: 'memory' },
  tasksPerRequest: { title: 'Tasks per request', kind: 'count', figure: 'processes' },
};

/** What is spoken on the way to a process that lives beside the server. */
const UPSTREAM_WORDS: Readonly<Record<NonNullable<StackRecord['upstream']>, string>> = {
  fastcgi: 'FastCGI',
  scgi: 'SCGI',
  uwsgi: 'uwsgi protocol',
  http: 'HTTP',
  own: 'private protocol',
};

export function upstreamWords(upstream: StackRecord['upstream']): string {
  return upstream === null ? '' : UPSTREAM_WORDS[upstream];
}

/** `closed, c = 16`: the load model, which stands beside every figure that depends on it. */
export function loadWords(workload: Workload): string {
  return `closed, c = ${workload.load.connections}`;
}

/** `GET /hello` */
export function requestWords(workload: Workload): string {
  return `${workload.request.method} ${workload.request.path}`;
}

/** `GET /hello, closed, c = 16` */
export function workloadWords(workload: Workload): string {
  return `${requestWords(workload)}, ${loadWords(workload)}`;
}

/** `Apache → mod_proxy_fcgi → flup (FastCGI) → plain WSGI (WSGI)` */
export function pipelineWords(stack: StackRecord): string {
  return stack.pipeline.join(' → ');
}

/**
 * The pipeline without its last step, for tables that are grouped by app (a floor's app is not named by its
 * group, so it stays); a variant that is not the default is said when the pipeline does not say it.
 */
export function deploymentWords(stack: StackRecord): string {
  const isWhole = stack.contract === 'hello' || stack.pipeline.length === 1;
  const chain = isWhole ? stack.pipeline : stack.pipeline.slice(0, -1);
  const text = chain.join(' → ');
  const unsaid = [stack.connectorVariant, stack.backendVariant].filter(
    (variant) =>
      variant !== null &&
      stack.name.includes(`@${variant}`) &&
      !text.toLowerCase().includes(variant.toLowerCase()),
  );
  return unsaid.length === 0 ? text : `${text} (${unsaid.join(', ')})`;
}

/** The app as a pipeline names it: its last step. */
export function appWords(stack: StackRecord): string {
  return stack.pipeline.at(-1) ?? stack.app;
}

/** The server as a pipeline names it: its first step. */
export function hostWords(stack: StackRecord): string {
  return stack.pipeline[0] ?? stack.host;
}

/** How CPU was counted, and what that can see. */
export const ACCOUNTING_WORDS = {
  cgroup2:
    'control groups (version 2 cpu.stat): every process of a stack is counted, also those that have ended',
  cgroup1:
    'control groups (version 1 cpuacct): every process of a stack is counted, also those that have ended',
  proc: '/proc: processes that a server reaps unseen are lost, so the cost of CGI is understated',
} as const;
