/** The request's way as a sequence: who speaks to whom, in which order, and when. Pure layout, no markup. */
import type { Explanation, Hop, Message, Moment } from '../../results/schema/explanation.ts';

export interface Lifeline {
  readonly title: string;
  readonly note: string | null;
}

/** Neighbouring lifelines that are one process, or one kind of process. */
export interface ProcessFrame {
  readonly title: string;
  readonly first: number;
  readonly last: number;
}

export interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** How, in a word: `HTTP`, `FastCGI`. */
  readonly kind: string;
  /** After the request was sent; null: not seen. */
  readonly atUs: number | null;
  readonly isAnswer: boolean;
  readonly isObserved: boolean;
}

export interface Sequence {
  readonly lifelines: readonly Lifeline[];
  readonly frames: readonly ProcessFrame[];
  readonly arrows: readonly Arrow[];
}

export function sequenceOf(x: Explanation): Sequence {
  const { stack, hops } = x;
  const lifelines: Lifeline[] = [{ title: 'client', note: null }];
  for (const [index, hop] of hops.entries()) {
    lifelines.push({ title: hop.to, note: index === 0 ? (stack.pipeline[1] ?? null) : null });
  }
  const there = hops.map((hop, index) => arrow(x, hop, index, 'there'));
  const back = hops.map((hop, index) => arrow(x, hop, index, 'back')).reverse();
  return { lifelines, frames: framesOf(x), arrows: [...there, ...back] };
}

/** A call, and opening a file, stay within a process; every other hop leaves it. */
function framesOf({ hops, stack }: Explanation): ProcessFrame[] {
  const frames: { first: number; last: number; title: string }[] = [{ first: 0, last: 0, title: 'outside' }];
  for (const [index, hop] of hops.entries()) {
    const last = frames.at(-1);
    if ((hop.kind === 'call' || hop.kind === 'file') && last !== undefined) {
      last.last = index + 1;
      continue;
    }
    frames.push({ first: index + 1, last: index + 1, title: frameTitle(hop, stack.model) });
  }
  return frames;
}

function frameTitle(hop: Hop, model: Explanation['stack']['model']): string {
  if (hop.from === 'client')
    return model === 'embedded' ? 'server process, application inside' : 'server process';
  if (hop.kind === 'process') return 'a process for this request';
  return 'a process that stays';
}

const KIND_SHORT: Readonly<Record<Hop['kind'], string>> = {
  http: 'HTTP',
  fastcgi: 'FastCGI',
  scgi: 'SCGI',
  uwsgi: 'uwsgi',
  process: 'fork + exec',
  private: 'private protocol',
  call: 'call',
  file: 'open, read',
};

function arrow(x: Explanation, hop: Hop, index: number, direction: 'there' | 'back'): Arrow {
  const isAnswer = direction === 'back';
  return {
    from: isAnswer ? index + 1 : index,
    to: isAnswer ? index : index + 1,
    label: labelOf(hop, direction, x),
    kind: isAnswer && hop.kind === 'process' ? 'standard output' : KIND_SHORT[hop.kind],
    atUs: momentOf(x, hop, index, isAnswer),
    isAnswer,
    isObserved: hop.isObserved || hop.kind === 'file',
  };
}

function labelOf(hop: Hop, direction: Message['direction'], x: Explanation): string {
  const messages = hop.messages.filter((message) => message.direction === direction);
  const titles = [...new Set(messages.map(({ title }) => title))];
  switch (hop.kind) {
    case 'http':
      return titles[0] ?? (direction === 'there' ? 'request' : 'answer');
    case 'process': {
      const [command] = messages;
      if (direction === 'there')
        return `${messages.find(({ title }) => title === 'environment')?.pairs.length ?? 0} variables`;
      return command?.text?.split('\n')[0] ?? 'what it prints';
    }
    case 'call':
      if (direction === 'back') return titles.at(-1) ?? 'returns';
      return x.stack.appForm === 'wsgi-callable' ? 'application(environ, …)' : 'handler(request, response)';
    case 'file':
      return direction === 'there' ? 'the file of that path' : 'its bytes';
    case 'private':
      return 'not decoded';
    case 'uwsgi':
      return direction === 'there' ? 'variables' : (titles[0] ?? 'answer');
    default:
      return titles.length === 0 ? 'not recorded' : titles.join(', ');
  }
}

function momentOf(x: Explanation, hop: Hop, index: number, isAnswer: boolean): number | null {
  const at = (moment: Moment) => x.moments.find((each) => each.moment === moment)?.atUs ?? null;
  if (index === 0) return at(isAnswer ? 'answer-begun' : 'sent');
  switch (hop.kind) {
    case 'fastcgi':
    case 'scgi':
    case 'uwsgi':
    case 'http':
      return at(isAnswer ? 'upstream-answer' : 'upstream-request');
    case 'process':
      return isAnswer ? null : at('process-seen');
    case 'call':
      return at(isAnswer ? 'app-done' : 'app-called');
    default:
      return null;
  }
}
