/** What happened in one window, counted as it happens. */
import type { WindowRecord } from '../../results/schema/observation.ts';
import { type Answer, badAnswer, faultOf } from './answer.ts';
import type { ErrorClass } from './error-class.ts';
import { LatencyRecorder } from './latency-recorder.ts';
import type { WindowSpec } from './window-spec.ts';

/** Width of the bins that completions are counted in. */
const BIN_MS = 200;

export class WindowTally {
  readonly #spec: WindowSpec;
  readonly #errors = new Map<ErrorClass, number>();
  readonly #perConnection: number[];
  readonly #latency = new LatencyRecorder();
  readonly #bins: number[] = [];
  #offered = 0;
  #completed = 0;
  #wrongStatus = 0;
  #wrongBody = 0;
  #digested = 0;
  #responseBytes = 0;
  #firstBadAnswer: WindowRecord['firstBadAnswer'] = null;
  #firstIssueAtMs: number | null = null;
  #lastCompletionAtMs: number | null = null;

  constructor(spec: WindowSpec) {
    this.#spec = spec;
    this.#perConnection = Array.from({ length: spec.connections }, () => 0);
  }

  get offered(): number {
    return this.#offered;
  }

  /** Begun, and neither completed nor failed. */
  get underWay(): number {
    return this.#offered - this.#completed - this.#failed();
  }

  issue(atMs: number): void {
    this.#offered += 1;
    this.#firstIssueAtMs ??= atMs;
  }

  complete(connection: number, answer: Answer, latencyUs: number, bytes: number, atMs: number): void {
    this.#completed += 1;
    this.#perConnection[connection] = (this.#perConnection[connection] ?? 0) + 1;
    this.#responseBytes += bytes;
    this.#latency.record(latencyUs);
    this.#lastCompletionAtMs = atMs;
    const bin = Math.floor((atMs - (this.#firstIssueAtMs ?? atMs)) / BIN_MS);
    while (this.#bins.length <= bin) this.#bins.push(0);
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;

    const sha256 = answer.digest();
    if (sha256 !== null) this.#digested += 1;
    const fault = faultOf(this.#spec.expect, { status: answer.status, length: answer.length, sha256 });
    if (fault === null) return;
    if (fault.kind === 'status') this.#wrongStatus += 1;
    else this.#wrongBody += 1;
    this.#firstBadAnswer ??= badAnswer(answer, fault.why);
  }

  fail(errorClass: ErrorClass, evidence: WindowRecord['firstBadAnswer']): void {
    this.#errors.set(errorClass, (this.#errors.get(errorClass) ?? 0) + 1);
    this.#firstBadAnswer ??= evidence;
  }

  /**
   * The window's record.
   * @param unfinished requests that the connections themselves still hold: counted apart from `underWay`, so
   *   that a request lost by the driver shows as an imbalance
   */
  toRecord(end: {
    readonly issuingEndedAtMs: number;
    readonly endedAtMs: number;
    readonly unfinished: number;
    /** Σ of request time within the issuing window. */
    readonly busyMs: number;
    readonly generator: WindowRecord['generator'];
  }): WindowRecord {
    const { connections, maxRequests, windowMs } = this.#spec;
    const firstIssueAtMs = this.#firstIssueAtMs ?? end.issuingEndedAtMs;
    const lastCompletionAtMs = this.#lastCompletionAtMs ?? end.endedAtMs;
    const drainedAtMs = end.unfinished > 0 ? end.endedAtMs : lastCompletionAtMs;
    const connectionMs = connections * (end.issuingEndedAtMs - firstIssueAtMs);
    // Nothing was begun after the opening: the generator had no chance to leave a connection idle.
    const onlyOpened = this.#offered <= connections && this.#offered === maxRequests;
    return {
      plannedMs: windowMs,
      plannedRequests: maxRequests,
      spanMs: lastCompletionAtMs - firstIssueAtMs,
      drainMs: Math.max(0, drainedAtMs - end.issuingEndedAtMs),
      counts: {
        offered: this.#offered,
        completed: this.#completed,
        errors: Object.fromEntries([...this.#errors].sort(([a], [b]) => (a < b ? -1 : 1))),
        unfinished: end.unfinished,
        wrongStatus: this.#wrongStatus,
        wrongBody: this.#wrongBody,
        digested: this.#digested,
      },
      perConnection: [...this.#perConnection],
      latency: this.#latency.toRecord(),
      lateness: null,
      responseTime: null,
      series: { binMs: BIN_MS, completions: [...this.#bins] },
      busyRatio: onlyOpened || connectionMs <= 0 ? 1 : Math.min(1, end.busyMs / connectionMs),
      responseBytes: this.#responseBytes,
      firstBadAnswer: this.#firstBadAnswer,
      generator: end.generator,
    };
  }

  #failed(): number {
    let failed = 0;
    for (const count of this.#errors.values()) failed += count;
    return failed;
  }
}
