/** How a probe says what it saw. */
import type { BehaviourName } from '../../results/schema/behaviour.ts';
import type { Endpoint } from '../stack.ts';
import type { RawReply } from './raw-reply.ts';

/** What was seen of one behaviour, before the table of known differences is asked for a reason. */
export interface Sight {
  readonly behaviour: BehaviourName;
  readonly word: string;
  readonly detail: string;
}

export const sight = (behaviour: BehaviourName, word: string, detail: string): Sight => ({
  behaviour,
  word,
  detail,
});

/** What a probe needs: where to ask, and when to stop. */
export interface Asked {
  readonly endpoint: Endpoint;
  readonly signal: AbortSignal;
}

/** A status that was not expected stands for itself. */
export function statusWord({ status, closed }: RawReply): string {
  if (status !== null) return String(status);
  return closed === 'by us' ? 'no answer' : closed === 'reset' ? 'reset' : 'closed';
}

/** `200, 14 bytes, whole`: what came, for people. */
export function describeReply(reply: RawReply): string {
  const ends = {
    whole: 'whole',
    cut: reply.closed === 'by us' ? 'not ended in time' : `cut (connection ${reply.closed})`,
    'by close': 'ended by the end of the connection',
  } as const;
  if (reply.status === null) return `no answer (${ends.cut})`;
  return `status ${reply.status}, ${reply.body.length} bytes, ${ends[reply.framing]}`;
}

/** The beginning of a body, printable. */
export const quoteBody = ({ body }: RawReply): string => JSON.stringify(body.toString('latin1', 0, 60));
