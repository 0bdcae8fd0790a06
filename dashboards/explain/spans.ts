/** Where the time of a request went, as far as moments were seen. Pure. */
import type { Explanation, Moment } from '../../results/schema/explanation.ts';

export interface Span {
  readonly from: Moment;
  readonly to: Moment;
  readonly us: number;
  readonly label: string;
}

/** Moments that end a span; the others (the client's connect, the end of a process) lie beside the way. */
const BOUNDARIES: readonly Moment[] = [
  'sent',
  'upstream-opened',
  'upstream-request',
  'process-seen',
  'app-begun',
  'app-ready',
  'app-called',
  'app-done',
  'upstream-answer',
  'answer-begun',
  'answer-done',
];

/** From the sending of the request to the last byte of the answer, without gaps. */
export function spansOf(x: Explanation): readonly Span[] {
  const moments = x.moments.filter(({ moment }) => BOUNDARIES.includes(moment));
  return moments.slice(1).map(({ moment, atUs }, index) => {
    const before = moments[index];
    const from = before?.moment ?? 'sent';
    return { from, to: moment, us: atUs - (before?.atUs ?? 0), label: labelOf(from, moment, x) };
  });
}

/** From the sending of the request to the last byte of the answer. */
export function totalUs(x: Explanation): number {
  return x.moments.find(({ moment }) => moment === 'answer-done')?.atUs ?? 0;
}

/** How long a program that was made for the request was seen to live; null: none was. */
export function lifeUs(x: Explanation): number | null {
  const at = (wanted: Moment) => x.moments.find(({ moment }) => moment === wanted)?.atUs;
  const [from, to] = [at('process-seen'), at('process-gone')];
  return from === undefined || to === undefined ? null : to - from;
}

function labelOf(from: Moment, to: Moment, { stack }: Explanation): string {
  const host = stack.pipeline[0] ?? 'server';
  const backend = stack.backend === null ? null : (stack.pipeline[2] ?? 'backend');
  const isCgi = stack.model === 'cgi';
  switch (to) {
    case 'upstream-opened':
      return `${host}: accept, read the request, choose, connect to ${backend}`;
    case 'upstream-request':
      return from === 'sent'
        ? `${host}: accept, read the request, choose, write it for ${backend}`
        : `${host}: write the request for ${backend}`;
    case 'process-seen':
      return `${backend ?? host}: until the new process was found (fork, exec)`;
    case 'app-begun':
      return 'new process: start the interpreter and its libraries';
    case 'app-ready':
      return 'new process: import the application';
    case 'app-called':
      if (isCgi) return 'new process: make the call from the environment';
      if (from === 'upstream-request') return `${backend}: read, decode, call the application`;
      if (stack.model === 'embedded')
        return `${host}: accept, read the request, choose, call the application`;
      return `${host}: accept, read the request, choose, hand it to the other process; there: call the application`;
    case 'app-done':
      return from === 'app-called' ? `${stack.pipeline.at(-1)}: answer` : 'application: until its end';
    case 'upstream-answer':
      if (isCgi) return `program prints, ${backend} passes it on`;
      return from === 'app-called'
        ? 'application: answer, while it goes on'
        : `${backend}: encode and send the answer`;
    case 'answer-begun':
      if (from === 'upstream-answer') return `${host}: read the answer, write HTTP`;
      if (from === 'process-seen') return `new process: run and print; ${host}: write HTTP`;
      if (from === 'sent') return `${host}: accept, read the request, choose, read the file, answer`;
      return isCgi ? `program prints; ${host}: read its headers, write HTTP` : `${host}: write HTTP`;
    case 'answer-done':
      return isCgi ? 'rest of the answer, until the program has ended' : 'rest of the answer';
    default:
      return `until ${to}`;
  }
}
