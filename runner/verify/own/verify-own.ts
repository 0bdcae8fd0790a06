/** Verification of an adopted app: its golden answers, and its model by watching processes. */
import { createHash } from 'node:crypto';
import { LabError, messageOf } from '../../../core/errors.ts';
import type { Check } from '../../../results/schema/records.ts';
import type { Expected } from '../../../servers/contract.ts';
import type { OwnRequest } from '../../../servers/define.ts';
import type { Endpoint } from '../../stack.ts';
import { openClient } from '../ask.ts';
import { proven, verdict } from '../checks.ts';
import type { Subject } from '../subject.ts';
import { describeVariation, type Golden, type GoldenAnswer, goldenDifference } from './golden.ts';
import { makeMask } from './mask.ts';
import { questionOf } from './record.ts';

export interface OwnAnswers {
  readonly golden: Golden;
  readonly masks: readonly string[];
  /** Folder of the stack's site. */
  readonly siteDir: string;
}

export async function checkOwn(
  subject: Subject,
  own: OwnAnswers,
  extent: 'full' | 'spot',
): Promise<{ checks: Check[]; isThere: boolean }> {
  const mask = makeMask({ ...subject.endpoint, siteDir: own.siteDir }, own.masks);
  const answers = own.golden.answers.filter(
    (answer, index) => extent === 'full' || index === 0 || answer.request.load,
  );
  const checks: Check[] = [];
  let answered = 0;
  for (const answer of answers) {
    const { method, path } = answer.request;
    const name = `${method} ${path}`;
    const comparison = answer.varies.kind === 'nothing' ? 'exact' : 'shape';
    try {
      const reply = await subject.client.ask(questionOf(answer.request));
      answered += 1;
      const difference = goldenDifference(answer, { reply, mask });
      const remark = describeVariation(answer);
      if (difference !== null) {
        const advice = `${difference} (compared with ${own.golden.reference}; if this may differ, add a mask to labapp.yaml)`;
        checks.push(verdict(name, comparison, advice));
      } else
        checks.push(remark === null ? verdict(name, comparison, null) : proven(name, remark, comparison));
    } catch (failure) {
      subject.signal.throwIfAborted();
      checks.push(verdict(name, comparison, `no answer: ${messageOf(failure)}`));
    }
  }
  return { checks, isThere: answered > 0 };
}

/**
 * What a load driver compares with on this launch: an answer that was just found to be golden. Its bytes are compared
 * where the reference gave the same bytes each time and this launch does too; its status always.
 * @throws LabError E_CONTRACT when it is not golden
 */
export async function expectedOwn(x: {
  readonly endpoint: Endpoint;
  readonly own: OwnAnswers;
  readonly request: Asked;
  readonly signal: AbortSignal;
}): Promise<Expected> {
  const { request, own } = x;
  const golden = own.golden.answers.find((each) => isSame(each, request));
  if (golden === undefined)
    throw new LabError('E_INTERNAL', `no golden answer to ${request.method} ${request.path}`);
  await using client = openClient(x.endpoint, x.signal);
  const mask = makeMask({ ...x.endpoint, siteDir: own.siteDir }, own.masks);
  const replies = [
    await client.ask(questionOf(golden.request)),
    await client.ask(questionOf(golden.request)),
  ];
  const [first, second] = replies.map(({ body }) => createHash('sha256').update(body).digest('hex'));
  for (const reply of replies) {
    const difference = goldenDifference(golden, { reply, mask });
    if (difference !== null)
      throw new LabError('E_CONTRACT', `${request.method} ${request.path}: ${difference}`);
  }
  const isStable = golden.isStable && golden.varies.kind === 'nothing' && first === second;
  return isStable && first !== undefined
    ? { status: golden.status, length: replies[0]?.body.length ?? null, sha256: first }
    : { status: golden.status, length: null, sha256: null };
}

type Asked = Pick<OwnRequest, 'method' | 'path' | 'headers' | 'body'>;

const isSame = ({ request }: GoldenAnswer, asked: Asked): boolean => textOf(request) === textOf(asked);

const textOf = ({ method, path, headers, body }: Asked): string =>
  JSON.stringify([method, path, Object.entries(headers), body]);
