/** Compares an answer with the right one, and says in words what differs. Pure. */
import type { Answer } from '../../servers/contract/answers.ts';
import type { Reply } from './ask.ts';

type Compared = Pick<Reply, 'status' | 'headers' | 'body'>;

/** Longest stretch of a body that is quoted. */
const QUOTED_BYTES = 48;

/** Status, content type and every byte. null: as it should be. */
export function differenceFrom(right: Answer, reply: Compared): string | null {
  return (
    statusDifference(right.status, reply) ??
    typeDifference(right.contentType, reply) ??
    lengthHeaderDifference(right.body.length, reply) ??
    bodyDifference(right.body, reply.body)
  );
}

/**
 * The same status and headers as GET would have, and no body. Content-Length may be left out, and is not looked at
 * where GET has none either: servers then state 0 for the body that they see.
 */
export function headDifference(right: Answer, reply: Compared, isStream: boolean): string | null {
  const difference =
    statusDifference(right.status, reply) ??
    typeDifference(right.contentType, reply) ??
    (isStream ? null : lengthHeaderDifference(right.body.length, reply));
  if (difference !== null || reply.body.length === 0) return difference;
  return `${reply.body.length} bytes followed the headers of an answer to HEAD: ${quote(reply.body, 0)}`;
}

export function statusDifference(status: number, reply: Compared): string | null {
  if (reply.status === status) return null;
  return `expected status ${status}, got ${reply.status} with the body ${quote(reply.body, 0)}`;
}

/** Compared without regard to case and to blanks around the semicolon (RFC 9110, 8.3.1). */
export function typeDifference(contentType: string, reply: Compared): string | null {
  const found = valuesOf('content-type', reply);
  if (found.length === 1 && normalType(found[0] ?? '') === normalType(contentType)) return null;
  const got = found.length === 0 ? 'none' : found.map((value) => `"${value}"`).join(' and ');
  return `expected the Content-Type "${contentType}", got ${got}`;
}

function lengthHeaderDifference(length: number, reply: Compared): string | null {
  const found = valuesOf('content-length', reply);
  if (found.every((value) => value === String(length)) && found.length <= 1) return null;
  return `expected the Content-Length ${length} or none, got ${found.join(' and ')}`;
}

/** Where the bytes of two bodies part; null: nowhere. */
export function bodyDifference(right: Buffer, body: Buffer): string | null {
  if (right.equals(body)) return null;
  const shorter = Math.min(right.length, body.length);
  let at = 0;
  while (at < shorter && right[at] === body[at]) at += 1;
  const lengths =
    right.length === body.length ? `${body.length} bytes` : `${body.length} of ${right.length} bytes`;
  return `the body (${lengths}) differs from byte ${at} on: expected ${quote(right, at)}, got ${quote(body, at)}`;
}

/** Every value of a header, in the order of arrival. */
export function valuesOf(name: string, reply: Pick<Reply, 'headers'>): string[] {
  return reply.headers.filter(([each]) => each === name).map(([, value]) => value);
}

const normalType = (type: string): string =>
  type
    .toLowerCase()
    .replaceAll(/\s*;\s*/g, ';')
    .trim();

/** A stretch of a body, printable. */
function quote(body: Buffer, from: number): string {
  if (from >= body.length) return 'nothing';
  const rest = body.length - from - QUOTED_BYTES;
  return `${JSON.stringify(body.toString('latin1', from, from + QUOTED_BYTES))}${rest > 0 ? ` and ${rest} bytes more` : ''}`;
}
