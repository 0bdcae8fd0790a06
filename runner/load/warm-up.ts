/**
 * Brings a launched stack to the state in which it is measured: every worker has served,
 * and the workloads' own code has run. For CGI there is no such state, only a cold one to leave.
 */
import { Agent } from 'node:http';
import { messageOf } from '../../core/errors.ts';
import type { Finding } from '../../results/schema/finding.ts';
import { finding } from '../../results/schema/findings.ts';
import type { Request } from '../../scenarios/define.ts';
import type { Capacity } from '../../servers/define.ts';
import { pause } from '../process/wait.ts';
import type { Endpoint, Stack } from '../stack.ts';
import { expectedWorkers } from './expected-workers.ts';
import { askWho, processKey, sendRequest } from './plain-request.ts';

export interface WarmUp {
  /** From the beginning of the warm-up until every worker had answered; null where there are none to wait for. */
  readonly warmMs: number | null;
  /** Distinct processes that answered. 0 where they were not asked. */
  readonly workersSeen: number;
  /** null: not known in advance. */
  readonly workersExpected: number | null;
  readonly findings: readonly Finding[];
}

export interface WarmUpOptions {
  readonly stack: Stack;
  readonly endpoint: Endpoint;
  readonly capacity: Capacity;
  /** The workloads' own requests. */
  readonly requests: readonly Request[];
  readonly signal: AbortSignal;
  /** For all workers to have served. */
  readonly deadlineMs: number;
}

/** Requests of each workload that leave a CGI's cold state: files read, byte code written. */
const COLD_REQUESTS = 2;
const STATIC_REQUESTS = 8;
/** A burst ends at whichever comes first. */
const BURST = { requests: 1_000, ms: 250, concurrency: 8 } as const;
/** How long each `/who` of a round sleeps, so that no worker can answer twice. Doubles with each round. */
const FIRST_HOLD_MS = 50;
/** mod_fcgid lets a request sleep for a second before it starts another process: those before must still be busy. */
const LONGEST_HOLD_MS = 1_600;
/** Rounds without a new worker after which their unknown number is taken to be reached. */
const STABLE_ROUNDS = 2;
/** A stack that refuses is not hammered. */
const FAILURE_PAUSE_MS = 100;
const REQUEST_TIMEOUT_MS = 30_000;

/** @throws only the abort reason: what does not warm up is a finding */
export async function warmUp(x: WarmUpOptions): Promise<WarmUp> {
  const { model, contract } = x.stack.record;
  if (contract === 'own' && model !== 'cgi') {
    // Which process answers is not known of an adopted app: as many requests at once as there are slots reach all.
    for (const request of x.requests) await burst(x, request, x.capacity.processes * x.capacity.threads);
    return { warmMs: null, workersSeen: 0, workersExpected: null, findings: [] };
  }
  if (model === 'cgi' || model === 'static' || contract !== 'full') {
    await sendEach(x, model === 'cgi' ? COLD_REQUESTS : STATIC_REQUESTS);
    return { warmMs: null, workersSeen: 0, workersExpected: null, findings: [] };
  }
  const workers = await reachWorkers(x);
  for (const request of x.requests) await burst(x, request);
  return workers;
}

/** Rounds of `slots` concurrent requests that sleep: each worker must take its share. */
async function reachWorkers(x: WarmUpOptions): Promise<WarmUp> {
  const begunMs = performance.now();
  const expected = expectedWorkers(x.stack, x.capacity);
  const slots = x.capacity.processes * x.capacity.threads;
  // New connections each round: a kept one would come to the same worker again.
  const agent = new Agent({ keepAlive: false });
  const seen = new Set<string>();
  let lastNewMs: number | null = null;
  let stable = 0;
  const failures: string[] = [];
  let rounds = 0;
  for (let holdMs = FIRST_HOLD_MS; ; holdMs = Math.min(2 * holdMs, LONGEST_HOLD_MS)) {
    const leftMs = x.deadlineMs - (performance.now() - begunMs);
    if (leftMs <= 0) break;
    const before = seen.size;
    const failuresBefore = failures.length;
    const asked = Array.from({ length: slots }, async () => {
      try {
        seen.add(
          processKey(await askWho(x.endpoint, holdMs, { agent, signal: x.signal, timeoutMs: leftMs })),
        );
      } catch (thrown) {
        failures.push(messageOf(thrown));
      }
    });
    await Promise.all(asked);
    x.signal.throwIfAborted();
    rounds += 1;
    if (seen.size > before) lastNewMs = performance.now() - begunMs;
    stable = seen.size > before || seen.size === 0 ? 0 : stable + 1;
    if (expected === null ? stable >= STABLE_ROUNDS : seen.size >= expected) break;
    if (failures.length > failuresBefore) await pause(FAILURE_PAUSE_MS, x.signal);
  }
  const isReached = expected === null ? seen.size > 0 : seen.size >= expected;
  const wanted = expected === null ? '' : ` of ${expected}`;
  const last = failures.at(-1);
  const why = last === undefined ? '' : `; ${failures.length} requests failed, the last: ${last}`;
  const evidence = `${seen.size}${wanted} workers answered in ${rounds} rounds of ${slots} concurrent /who${why}`;
  return {
    warmMs: isReached ? lastNewMs : null,
    workersSeen: seen.size,
    workersExpected: expected,
    findings: isReached ? [] : [finding('worker-not-warmed', evidence)],
  };
}

/** The workload's own request at low concurrency, briefly: routes are compiled, caches filled. */
async function burst(x: WarmUpOptions, request: Request, most: number = BURST.concurrency): Promise<void> {
  const concurrency = Math.min(most, x.capacity.processes * x.capacity.threads);
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const endMs = performance.now() + BURST.ms;
  let left: number = BURST.requests;
  const client = async (): Promise<void> => {
    while (left > 0 && performance.now() < endMs) {
      left -= 1;
      await sendQuietly(x, request, agent);
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, client));
  } finally {
    agent.destroy();
  }
}

async function sendEach(x: WarmUpOptions, times: number): Promise<void> {
  const agent = new Agent({ keepAlive: false });
  for (const request of x.requests) {
    for (let sent = 0; sent < times; sent += 1) await sendQuietly(x, request, agent);
  }
}

/** A failure here is not hidden: the verification before, and the window after, see it. */
async function sendQuietly(x: WarmUpOptions, request: Request, agent: Agent): Promise<void> {
  try {
    await sendRequest(x.endpoint, request, { agent, signal: x.signal, timeoutMs: REQUEST_TIMEOUT_MS });
  } catch {
    x.signal.throwIfAborted();
  }
}
