/** What one answer shows that must be the same on every stack: status, body and significant headers. Pure. */
import { createHash } from 'node:crypto';

/** An answer as it was received. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** What it is about (`status`, `body`, `header server`) → what was seen. */
export type Facts = Readonly<Record<string, string>>;

/** What the answer to one route of the contract showed. */
export interface Answered {
  /** `GET /hello`, `HEAD /hello`: the name of the check. */
  readonly route: string;
  readonly facts: Facts;
}

/** Of one connection and no part of the answer (RFC 9110, 7.6.1). */
const HOP_BY_HOP: readonly string[] = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer'];
/** Differ from time to time by right: only that they are there counts. */
const VARYING: readonly string[] = ['date', 'last-modified', 'etag', 'expires'];
/** Where it is stated, each stack's verification has compared it with the body. */
const VERIFIED = 'content-length';

export function factsOf({ status, headers, body }: Answer): Facts {
  const facts: Record<string, string> = { status: String(status), body: bodyFact(body) };
  const names = new Set(headers.map(([name]) => name).filter((name) => !HOP_BY_HOP.includes(name)));
  for (const name of names) facts[`header ${name}`] = headerFact(name, headers);
  return facts;
}

/** The value that stands for a header, or anything else, that is not there. */
export const ABSENT = 'none';

/** Longer ones were compared byte by byte with the right answer; their length is enough to tell them apart. */
const DIGESTED_BYTES = 1024 * 1024;

function bodyFact(body: Uint8Array): string {
  if (body.length > DIGESTED_BYTES) return `${body.length} bytes`;
  const digest = createHash('sha256').update(body).digest('hex');
  return `${body.length} bytes, sha256 ${digest.slice(0, 12)}…`;
}

function headerFact(name: string, headers: Answer['headers']): string {
  const values = headers.filter(([each]) => each === name).map(([, value]) => value);
  if (name === VERIFIED || VARYING.includes(name))
    return values.length === 1 ? 'stated' : `stated ${values.length} times`;
  if (name === 'content-type')
    return values.map((value) => value.toLowerCase().replaceAll(/\s*;\s*/g, ';')).join(' and ');
  return values.join(' and ');
}
