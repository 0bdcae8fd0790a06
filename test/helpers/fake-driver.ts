/**
 * A driver that takes no time: it returns the latencies it is told, as a closed loop over the connections
 * asked for would show them. Whole runs can then be tested exactly.
 */
import type { WindowRecord } from '../../results/schema/observation.ts';
import { Answer } from '../../runner/load/answer.ts';
import type { Driver, WindowSpec } from '../../runner/load/driver.ts';
import { WindowTally } from '../../runner/load/window-tally.ts';

/** What the fake does with request number `n` (from 0) of a window. */
export type FakeAnswer =
  | { readonly latencyUs: number; readonly status?: number; readonly length?: number }
  | { readonly latencyUs: number; readonly error: 'connect' | 'reset' | 'timeout' | 'other' };

export interface FakeDriver extends Driver {
  /** Every window that was asked for, in order. */
  readonly asked: readonly WindowSpec[];
  readonly isDisposed: boolean;
}

export interface FakeBehaviour {
  /** Answers to requests; a number is a latency in µs of a right answer. */
  readonly answer: (n: number, spec: WindowSpec, window: number) => FakeAnswer | number;
  /** CPU of the generator, µs per request. @default 10 */
  readonly generatorCpuUsPerRequest?: number;
  /** Last changes to a record, such as findings want. @default none */
  readonly adjust?: (record: WindowRecord, spec: WindowSpec) => WindowRecord;
}

export function fakeDriver(behaviour: FakeBehaviour): FakeDriver {
  const asked: WindowSpec[] = [];
  let isDisposed = false;
  return {
    asked,
    get isDisposed() {
      return isDisposed;
    },
    async window(spec) {
      asked.push(spec);
      const record = simulateWindow(spec, behaviour, asked.length - 1);
      return behaviour.adjust?.(record, spec) ?? record;
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true;
    },
  };
}

/** Each connection begins its next request when the last one is over, until the window ends; then it drains. */
function simulateWindow(spec: WindowSpec, behaviour: FakeBehaviour, window: number): WindowRecord {
  const tally = new WindowTally(spec);
  const freeAtMs = Array.from({ length: spec.connections }, () => 0);
  const over: { readonly atMs: number; readonly act: () => void }[] = [];
  const limit = spec.maxRequests ?? Number.POSITIVE_INFINITY;
  const spans: (readonly [fromMs: number, toMs: number])[] = [];
  for (let n = 0; n < limit; n += 1) {
    const beginMs = Math.min(...freeAtMs);
    if (beginMs >= spec.windowMs) break;
    const connection = freeAtMs.indexOf(beginMs);
    const given = behaviour.answer(n, spec, window);
    const answer = typeof given === 'number' ? { latencyUs: given } : given;
    const atMs = beginMs + answer.latencyUs / 1_000;
    freeAtMs[connection] = atMs;
    spans.push([beginMs, atMs]);
    tally.issue(beginMs);
    over.push({
      atMs,
      act: () => {
        if ('error' in answer) tally.fail(answer.error, null);
        else tally.complete(connection, answerOf(spec, answer), answer.latencyUs, 100, atMs);
      },
    });
  }
  over.sort((a, b) => a.atMs - b.atMs);
  for (const each of over) each.act();
  const endedAtMs = Math.max(0, ...freeAtMs);
  const lastBegunMs = spans.at(-1)?.[0] ?? 0;
  const issuingEndedAtMs = tally.offered === spec.maxRequests ? lastBegunMs : spec.windowMs;
  const busyMs = spans.reduce(
    (sum, [from, to]) => sum + Math.max(0, Math.min(to, issuingEndedAtMs) - from),
    0,
  );
  return tally.toRecord({
    issuingEndedAtMs,
    endedAtMs,
    unfinished: 0,
    busyMs,
    generator: {
      driver: 'fake',
      cpuUs: tally.offered * (behaviour.generatorCpuUsPerRequest ?? 10),
      wallMs: Math.max(endedAtMs, issuingEndedAtMs),
      loopLagP99Us: 0,
      loopLagMaxUs: 0,
    },
  });
}

function answerOf(spec: WindowSpec, given: { readonly status?: number; readonly length?: number }): Answer {
  const answer = new Answer();
  answer.begin(false);
  answer.status = given.status ?? spec.expect.status;
  answer.length = given.length ?? spec.expect.length ?? 0;
  return answer;
}
