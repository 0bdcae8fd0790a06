/** One answer under load: its body is measured always, digested on a sample, and its beginning kept as evidence. */
import { createHash, type Hash } from 'node:crypto';
import type { WindowRecord } from '../../results/schema/observation.ts';
import type { WindowSpec } from './window-spec.ts';

/** Characters of a bad answer's body that are kept. */
const BODY_START_LENGTH = 200;

/** Collects the answer to the one request under way on a connection. Raw bytes: bodies need not be text. */
export class Answer {
  status = 0;
  length = 0;
  #start: Buffer[] = [];
  #startLength = 0;
  #hash: Hash | null = null;

  /** Forgets the last answer. */
  begin(digest: boolean): void {
    this.status = 0;
    this.length = 0;
    this.#start = [];
    this.#startLength = 0;
    this.#hash = digest ? createHash('sha256') : null;
  }

  add(bytes: Buffer): void {
    this.length += bytes.length;
    this.#hash?.update(bytes);
    if (this.#startLength < BODY_START_LENGTH) {
      this.#start.push(bytes);
      this.#startLength += bytes.length;
    }
  }

  /** SHA-256 of the body in hex; null when this answer is not in the sample. Ends the digest. */
  digest(): string | null {
    const hash = this.#hash;
    this.#hash = null;
    return hash === null ? null : hash.digest('hex');
  }

  /** First characters of the body, with everything unprintable made visible. */
  bodyStart(): string {
    const text = Buffer.concat(this.#start).toString('utf8').slice(0, BODY_START_LENGTH);
    return text.replace(UNPRINTABLE, '\u{FFFD}');
  }
}

/** Controls (terminals obey some of them), except line feed and tab; and lone surrogates. */
const UNPRINTABLE = /(?![\n\t])\p{Cc}|\p{Surrogate}/gu;

export type AnswerFault = { readonly kind: 'status' | 'body'; readonly why: string };

/** What is wrong with an answer; null: nothing. The body is compared only where the status is right. */
export function faultOf(
  expect: WindowSpec['expect'],
  got: { readonly status: number; readonly length: number; readonly sha256: string | null },
): AnswerFault | null {
  if (got.status !== expect.status) {
    return { kind: 'status', why: `status ${got.status} where ${expect.status} was expected` };
  }
  if (expect.length !== null && got.length !== expect.length) {
    return { kind: 'body', why: `${got.length} bytes where ${expect.length} were expected` };
  }
  if (expect.sha256 !== null && got.sha256 !== null && got.sha256 !== expect.sha256) {
    return {
      kind: 'body',
      why: `the right length, but SHA-256 ${got.sha256} where ${expect.sha256} was expected`,
    };
  }
  return null;
}

/** The record of a bad answer. */
export const badAnswer = (answer: Answer, why: string): WindowRecord['firstBadAnswer'] => ({
  status: answer.status,
  bodyStart: answer.bodyStart(),
  why,
});
