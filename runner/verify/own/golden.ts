/** The right answers of an adopted app: recorded from a reference deployment, compared everywhere else. Pure. */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { OwnRequest } from '../../../servers/define.ts';
import type { Reply } from '../ask.ts';
import {
  bodyDifference as differenceBetween,
  statusDifference,
  typeDifference,
  valuesOf,
} from '../compare.ts';
import { MASKED, type Mask, tokensOf } from './mask.ts';

export interface GoldenAnswer {
  readonly request: OwnRequest;
  readonly status: number;
  readonly contentType: string | null;
  /** Masked. */
  readonly location: string | null;
  /** Names of the cookies that are set, sorted. */
  readonly cookies: readonly string[];
  /** Masked. */
  readonly body: string;
  /**
   * What differed between answers of the reference itself. `places`: these tokens; `length`: so much that only status
   * and headers are compared.
   */
  readonly varies:
    | { readonly kind: 'nothing' }
    | { readonly kind: 'places'; readonly tokens: readonly number[]; readonly example: string }
    | { readonly kind: 'length'; readonly example: string };
  /** The same bytes each time on one launch: a load driver may compare them. */
  readonly isStable: boolean;
}

export interface Golden {
  readonly app: string;
  /** Stack that the answers are from. */
  readonly reference: string;
  readonly answers: readonly GoldenAnswer[];
}

/** One answer with the mask of the launch that it came from. */
export interface Heard {
  readonly reply: Pick<Reply, 'status' | 'headers' | 'body'>;
  readonly mask: Mask;
}

/** More places than this are not a token here and there. */
const MOST_PLACES = 200;

/**
 * @param first answers of one launch, in the order in which they came; @param second those of another
 * @returns the golden answer, or in words why the reference contradicts itself
 */
export function goldenOf(
  request: OwnRequest,
  first: readonly Heard[],
  second: readonly Heard[],
): GoldenAnswer | string {
  const [base, ...others] = [...first, ...second];
  if (base === undefined) return 'it was not asked';
  const { status } = base.reply;
  const wanted = request.status;
  if (wanted !== null && status !== wanted)
    return `it answers with status ${status}, labapp.yaml says ${wanted}`;
  if (wanted === null && status >= 500) return `it answers with status ${status}: ${start(base.reply.body)}`;
  const other = others.find(({ reply }) => reply.status !== status);
  if (other !== undefined) return `it answers now with status ${status}, now with ${other.reply.status}`;
  const body = maskedBody(base);
  const raw = (heard: Heard) => digest(heard.reply.body);
  const rawFirst = new Set(first.map(raw));
  return {
    request,
    status,
    contentType: valuesOf('content-type', base.reply)[0] ?? null,
    location: locationOf(base),
    cookies: cookiesOf(base.reply),
    body,
    varies: variation(body, others.map(maskedBody)),
    isStable:
      rawFirst.size === 1 && second.every((heard) => heard.reply.body.length === base.reply.body.length),
  };
}

function variation(body: string, others: readonly string[]): GoldenAnswer['varies'] {
  const tokens = tokensOf(body);
  const places = new Set<number>();
  let example = '';
  for (const other of others) {
    if (other === body) continue;
    const seen = tokensOf(other);
    example = differenceBetween(bytes(body), bytes(other)) ?? '';
    if (seen.length !== tokens.length) return { kind: 'length', example };
    tokens.forEach((token, index) => {
      if (token !== seen[index]) places.add(index);
    });
  }
  if (places.size === 0) return { kind: 'nothing' };
  if (places.size > MOST_PLACES) return { kind: 'length', example };
  return { kind: 'places', tokens: [...places].sort((a, b) => a - b), example };
}

/** What differs from the golden answer; null: nothing. */
export function goldenDifference(golden: GoldenAnswer, heard: Heard): string | null {
  const { reply } = heard;
  return (
    statusDifference(golden.status, reply) ??
    (golden.contentType === null ? null : typeDifference(golden.contentType, reply)) ??
    wordDifference('Location', golden.location, locationOf(heard)) ??
    wordDifference('cookies that are set', golden.cookies.join(', '), cookiesOf(reply).join(', ')) ??
    (golden.request.method === 'HEAD' ? null : goldenBodyDifference(golden, heard))
  );
}

const wordDifference = (what: string, right: string | null, got: string | null): string | null =>
  right === got ? null : `expected the ${what} ${JSON.stringify(right)}, got ${JSON.stringify(got)}`;

function goldenBodyDifference(golden: GoldenAnswer, heard: Heard): string | null {
  if (golden.varies.kind === 'length') return null;
  const body = maskedBody(heard);
  if (golden.varies.kind === 'nothing') return differenceBetween(bytes(golden.body), bytes(body));
  const hidden = new Set(golden.varies.tokens);
  const hide = (text: string) =>
    tokensOf(text)
      .map((token, index) => (hidden.has(index) ? MASKED : token))
      .join('');
  return differenceBetween(bytes(hide(golden.body)), bytes(hide(body)));
}

/** How the body of a request is compared, for people. */
export function describeVariation({ varies }: GoldenAnswer): string | null {
  switch (varies.kind) {
    case 'nothing':
      return null;
    case 'places':
      return `${varies.tokens.length} place${varies.tokens.length === 1 ? '' : 's'} that differ by themselves are left out: ${varies.example}`;
    case 'length':
      return `only status and headers are compared, the body differs by itself: ${varies.example}; a mask in labapp.yaml would help`;
  }
}

const bytes = (text: string): Buffer => Buffer.from(text);

/** Text where it is text, so that masks can speak of it; else a character a byte. */
const maskedBody = ({ reply: { body }, mask }: Heard): string =>
  mask(body.toString(isUtf8(body) ? 'utf8' : 'latin1'));

const locationOf = ({ reply, mask }: Heard): string | null => {
  const [location] = valuesOf('location', reply);
  return location === undefined ? null : mask(location);
};

const cookiesOf = (reply: Heard['reply']): string[] =>
  [...new Set(valuesOf('set-cookie', reply).map((value) => value.split('=', 1)[0]?.trim() ?? ''))].sort();

const digest = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

const start = (body: Buffer): string => JSON.stringify(body.toString('utf8', 0, 300));
