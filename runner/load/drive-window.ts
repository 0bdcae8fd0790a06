/**
 * One window of closed-model load: connect → issue → drain → record. Runs inside the driver process.
 * autocannon sends, parses and times; its own summary is whole milliseconds and is never used.
 */
import autocannon from 'autocannon';
import type { WindowRecord } from '../../results/schema/observation.ts';
import type { Answer } from './answer.ts';
import { autocannonClient } from './autocannon-client.ts';
import { Connection, type ConnectionGate, type WindowPhase } from './connection.ts';
import type { ErrorClass } from './error-class.ts';
import { openGeneratorAccount } from './generator-account.ts';
import type { WindowSpec } from './window-spec.ts';
import { WindowTally } from './window-tally.ts';

export const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;
/** All connections have this long to come up; then the window opens, and what is not up counts as errors. */
export const CONNECT_DEADLINE_MS = 2_000;
/** autocannon sees that it is to stop at its next sample. */
const SAMPLE_INTERVAL_MS = 100;

/** Drives one window to its record. @throws when autocannon refuses its options */
export async function driveWindow(spec: WindowSpec): Promise<WindowRecord> {
  const window = new Window(spec);
  const load = startAutocannon(spec, window);
  try {
    await Promise.race([window.connected(), load.ended]);
    return await Promise.race([window.run(), load.ended]);
  } finally {
    window.close();
    load.stop();
    await load.ended.catch(() => {});
  }
}

function startAutocannon(spec: WindowSpec, window: Window): { stop(): void; ended: Promise<never> } {
  const { endpoint, request } = spec;
  const { promise: ended, reject } = withRejecter();
  const instance = autocannon(
    {
      url: endpoint.origin,
      connections: spec.connections,
      // Longer than any window: the window ends itself.
      duration: 86_400,
      sampleInt: SAMPLE_INTERVAL_MS,
      skipAggregateResult: true,
      setupClient: (client) => window.adopt(client),
      // As a list, because a path in `url` would be normalised.
      requests: [
        {
          method: request.method,
          path: endpoint.basePath + request.path,
          headers: { ...request.headers },
          ...(request.body === null ? {} : { body: request.body }),
        },
      ],
    },
    (error: unknown) => reject(error ?? new Error('autocannon ended by itself')),
  );
  return { stop: () => instance.stop(), ended };
}

function withRejecter(): { promise: Promise<never>; reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<never>((_resolve, rejectPromise) => {
    reject = rejectPromise;
  });
  // Rejects at each regular end too; whoever waits for it hears of it.
  promise.catch(() => {});
  return { promise, reject };
}

class Window implements ConnectionGate {
  phase: WindowPhase = 'opening';
  readonly #spec: WindowSpec;
  readonly #tally: WindowTally;
  readonly #connections: Connection[] = [];
  readonly #settled = new Set<Connection>();
  #deadlineMs = 0;
  #issuingEndedAtMs = 0;
  #busyMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #allSettled: () => void = () => {};
  #drained: () => void = () => {};

  constructor(spec: WindowSpec) {
    this.#spec = spec;
    this.#tally = new WindowTally(spec);
  }

  adopt(client: autocannon.Client): void {
    const { request, expect, requestTimeoutMs } = this.#spec;
    const connection = new Connection(autocannonClient(client), this.#connections.length, this, {
      head: request.method === 'HEAD',
      digests: expect.sha256 !== null,
      timeoutMs: requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    });
    this.#connections.push(connection);
  }

  /** Resolves when every connection is up or has failed, or at the deadline. */
  async connected(): Promise<void> {
    if (this.#settled.size < this.#spec.connections) {
      await new Promise<void>((resolve) => {
        this.#allSettled = resolve;
        this.#timer = setTimeout(resolve, CONNECT_DEADLINE_MS);
      });
    }
    this.#clearTimer();
  }

  /** Issues, drains, and yields the record. */
  async run(): Promise<WindowRecord> {
    const closeAccount = openGeneratorAccount();
    const drained = new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
    this.phase = 'issuing';
    this.#deadlineMs = performance.now() + this.#spec.windowMs;
    this.#timer = setTimeout(() => this.#endIssuing(), this.#spec.windowMs);
    for (const connection of this.#connections) connection.begin();
    await drained;
    this.#clearTimer();
    return this.#tally.toRecord({
      issuingEndedAtMs: this.#issuingEndedAtMs,
      endedAtMs: performance.now(),
      unfinished: this.#connections.reduce((sum, connection) => sum + connection.underWay, 0),
      busyMs: this.#busyMs,
      generator: closeAccount(),
    });
  }

  close(): void {
    this.phase = 'ended';
    this.#clearTimer();
    for (const connection of this.#connections) connection.destroy();
  }

  settled(connection: Connection): void {
    this.#settled.add(connection);
    if (this.#settled.size === this.#spec.connections) this.#allSettled();
  }

  claim(): boolean {
    const nowMs = performance.now();
    if (nowMs >= this.#deadlineMs) {
      this.#endIssuing();
      return false;
    }
    this.#tally.issue(nowMs);
    return true;
  }

  begun(): void {
    if (this.#tally.offered === this.#spec.maxRequests) this.#endIssuing();
  }

  completed(connection: Connection, answer: Answer, latencyUs: number, bytes: number): void {
    const nowMs = performance.now();
    this.#tally.complete(connection.index, answer, latencyUs, bytes, nowMs);
    this.#over(connection, nowMs);
  }

  lost(connection: Connection, errorClass: ErrorClass, evidence: WindowRecord['firstBadAnswer']): void {
    this.#tally.fail(errorClass, evidence);
    this.#over(connection, performance.now());
  }

  #over(connection: Connection, nowMs: number): void {
    if (this.phase === 'issuing') this.#busyMs += nowMs - connection.begunAtMs;
    else if (this.#tally.underWay === 0) this.#drained();
  }

  #endIssuing(): void {
    if (this.phase !== 'issuing') return;
    this.phase = 'ended';
    this.#clearTimer();
    this.#issuingEndedAtMs = performance.now();
    for (const connection of this.#connections) {
      if (connection.underWay > 0) this.#busyMs += this.#issuingEndedAtMs - connection.begunAtMs;
    }
    if (this.#tally.underWay === 0) this.#drained();
    else this.#timer = setTimeout(() => this.#drained(), this.#spec.drainLimitMs);
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
