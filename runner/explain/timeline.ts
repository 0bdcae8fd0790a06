/** When what happened, and what nobody could see. Pure. */
import type { Explanation, Moment } from '../../results/schema/explanation.ts';
import type { Sighting } from './hops.ts';

/** Moments relative to the sending of the request, in the order of time. */
export function momentsOf(x: Sighting, goneUs: number | null): Explanation['moments'] {
  const { exchange, relayed, caught, note } = x;
  const { sentUs } = exchange;
  const isImported = note !== null && note.begunUs >= sentUs;
  const all: readonly (readonly [Moment, number | null | undefined])[] = [
    ['connected', exchange.connectedUs],
    ['sent', sentUs],
    ['upstream-opened', relayed === null || relayed.isKept ? null : relayed.openedUs],
    ['upstream-request', relayed?.requestUs],
    ['process-seen', caught?.seenUs],
    ['app-begun', isImported ? note.begunUs : null],
    ['app-ready', isImported ? note.readyUs : null],
    ['app-called', note?.calledUs],
    ['app-done', note?.doneUs],
    ['upstream-answer', relayed?.answerUs],
    ['upstream-done', relayed?.doneUs],
    ['answer-begun', exchange.firstByteUs],
    ['answer-done', exchange.lastByteUs],
    ['process-gone', goneUs],
  ];
  return all
    .flatMap(([moment, at]) => (at === null || at === undefined ? [] : [{ moment, at }]))
    .map(({ moment, at }) => ({ moment, atUs: Math.round((at - sentUs) * 10) / 10 }))
    .sort((a, b) => a.atUs - b.atUs);
}

/** What the times do not tell. */
export function notObservable({ stack, caught, relayed }: Sighting): string[] {
  const said = [
    'Inside the server: when it accepted the connection, parsed the request and chose where it goes. Only the sum of it is seen, before and after the next hop.',
  ];
  if (stack.model === 'cgi') {
    said.push(
      'The fork itself: the kernel notes a birth in steps of 10 ms. Seen is when the process was first found, and when the app’s first line ran.',
    );
    if (caught === null) said.push('The program: it was gone before it could be looked at.');
  }
  if (stack.upstream === 'own') said.push('When the request left the server for its daemon process.');
  if (stack.upstream !== null && stack.backend === null && stack.upstream !== 'own') {
    said.push('When the request left the server for the process that it had started.');
  }
  if (relayed !== null) {
    said.push('How long a byte is in a socket between two processes: times are of arrival.');
  }
  if (stack.model === 'embedded') {
    said.push('A boundary between server and app other than the call itself: they are one process.');
  }
  return said;
}

/** How looking on changed what was seen. */
export function notesOn({ stack, relayed, note, caught }: Sighting, everyMs: number): string[] {
  const notes: string[] = [];
  if (relayed !== null) {
    notes.push(
      'A relay of the lab’s stood between server and backend. It hands every byte on, at the price of two more process switches each way: times with it are longer than without.',
    );
  }
  if (note !== null) {
    notes.push(
      'A thin onlooker stood round the app and noted its arguments: a fraction of a millisecond, and in a CGI a few to import it. Commands and configurations are shown as they are without it.',
    );
  }
  if (stack.model === 'cgi' && caught !== null) {
    notes.push(
      everyMs === 0
        ? 'The processes were looked at without pause while the program ran, which slows it.'
        : `The processes were looked at every ${everyMs} ms until the program had been read.`,
    );
  }
  notes.push('One request says how things fit together, not how fast they are: for that, `lab run`.');
  return notes;
}
