/** Reduces one launch's window to one number per figure. */
import type { Observation } from '../schema/observation.ts';
import { decodeLatencies, supportsQuantile } from './histogram.ts';
import type { CellMetric } from './model.ts';

/** One launch of a cell, reduced. null: could not be seen, or too few samples. */
export interface Launch {
  readonly round: number;
  readonly observation: Observation;
  readonly values: Readonly<Record<CellMetric, number | null>>;
  /** CPU per request by role, in µs. */
  readonly hostCpuUs: number | null;
  readonly backendCpuUs: number | null;
}

/** Figures that may be zero or negative in a launch, so that their mean is taken as it is, not in logs. */
export const LINEAR_METRICS: ReadonlySet<CellMetric> = new Set(['tasksPerRequest']);

/**
 * Throughput is all completions, drained ones included, ÷ first issue to last completion.
 * CPU per request is the change of the stack's own counter from quiet to quiet ÷ all completions. What the
 * stack uses when idle is *not* taken off: it would add its own noise and can push a cheap stack below zero.
 * It is stated beside, and `idle-share` marks a cell in which it matters.
 * @throws LabError E_CORRUPT when the histogram cannot be decoded
 */
export function reduceObservation(round: number, observation: Observation): Launch {
  const { window, account } = observation;
  const { completed } = window.counts;
  const perRequest = (cpuUs: number): number | null => (completed > 0 ? cpuUs / completed : null);
  const cpuUsPerRequest = perRequest(account.all.cpuUs);
  const latency = decodeLatencies(window.latency);
  const quantileUs = (q: number) => (supportsQuantile(latency.n, q) ? latency.quantileUs(q) : null);
  return {
    round,
    observation,
    values: {
      throughputPerSec: window.spanMs > 0 ? (completed * 1_000) / window.spanMs : null,
      cpuUsPerRequest,
      requestsPerCoreSec: cpuUsPerRequest === null || cpuUsPerRequest === 0 ? null : 1e6 / cpuUsPerRequest,
      meanUs: latency.n > 0 ? latency.meanUs : null,
      p50Us: quantileUs(0.5),
      p90Us: quantileUs(0.9),
      p99Us: quantileUs(0.99),
      p999Us: quantileUs(0.999),
      maxUs: latency.n > 0 ? latency.maxUs : null,
      pssBytes: account.all.pssBytes,
      tasksPerRequest: tasksPerRequest(observation),
    },
    hostCpuUs: perRequest(account.host.cpuUs),
    backendCpuUs: account.backend === null ? null : perRequest(account.backend.cpuUs),
  };
}

/** Tasks (processes and threads) made per request: machine-wide change less the machine's own rate. */
function tasksPerRequest({ window, account }: Observation): number | null {
  const { completed } = window.counts;
  if (account.tasksCreated === null || account.idleTasksPerSec === null || completed === 0) return null;
  return (account.tasksCreated - (account.idleTasksPerSec * account.wallMs) / 1_000) / completed;
}

/** Share of a window's CPU that the stack would have used with nothing asked of it; null: not known. */
export function idleShare({ account }: Observation): number | null {
  if (account.idleCpuUsPerSec === null || account.all.cpuUs === 0) return null;
  return (account.idleCpuUsPerSec * account.wallMs) / 1_000 / account.all.cpuUs;
}
