/** Whether processes ran as their model says. Pure. */
import type { Model, Role } from '../../../core/words.ts';

/** What a process of the stack did during a series of requests. */
export interface ProcessRun {
  readonly pid: number;
  readonly name: string;
  readonly role: Role;
  /** It was not there before the series. */
  readonly isNew: boolean;
  /** How often the kernel gave it a CPU: to answer a request a process must be woken. */
  readonly runs: number;
  readonly holdsConnection: boolean;
}

/** Of as many requests as there were, those who answer are woken for nearly all; a bystander's timers for few. */
const ANSWERING_SHARE = 0.9;
/** Processes that are told one by one. */
const NAMED = 3;

export function judgeRuns(x: {
  readonly model: Model;
  readonly requests: number;
  readonly runs: readonly ProcessRun[];
  /** Whose processes answer. */
  readonly answering: Role;
  readonly holdersKnown: boolean;
}): { readonly ok: boolean; readonly fact: string } {
  const least = x.requests * ANSWERING_SHARE;
  const started = x.runs.filter(({ isNew }) => isNew);
  const others = x.runs.filter(({ holdsConnection }) => !holdsConnection);
  const holders = x.runs.filter(({ holdsConnection }) => holdsConnection);
  const name = nameRuns;
  const active = x.runs.filter(({ runs }) => runs > 0);
  const fact = x.holdersKnown
    ? `during ${x.requests} requests the holder of our connection ran: ${name(holders)}; of the others: ${name(others.filter(({ runs }) => runs > 0))}`
    : `during ${x.requests} requests there ran: ${name(active)}; the server keeps no connection to look up`;
  if (started.length * 2 >= x.requests)
    return {
      ok: false,
      fact: `${started.length} processes were started during ${x.requests} requests: ${fact}`,
    };
  const beside = others.filter((run) => run.role === x.answering).reduce((sum, { runs }) => sum + runs, 0);
  if (x.model === 'embedded') {
    if (!x.holdersKnown) return { ok: true, fact: `no process was started; ${fact}` };
    const held = holders.reduce((sum, { runs }) => sum + runs, 0);
    const busiest = Math.max(0, ...others.map(({ runs }) => runs));
    // Another worker of the host may have taken a connection in the middle: it would be a holder too.
    return { ok: held >= least && busiest < least, fact };
  }
  return { ok: beside >= least, fact };
}

/** The busiest by name, the others by number. */
function nameRuns(list: readonly ProcessRun[]): string {
  const byRuns = list.toSorted((a, b) => b.runs - a.runs);
  const named = byRuns
    .slice(0, NAMED)
    .map((run) => `${run.pid} (${run.name}, ${run.role}) ${run.runs} times`);
  const rest = byRuns.slice(NAMED);
  const total = rest.reduce((sum, { runs }) => sum + runs, 0);
  if (rest.length > 0) named.push(`${rest.length} more ${total} times together`);
  return named.join(', ') || 'none';
}
