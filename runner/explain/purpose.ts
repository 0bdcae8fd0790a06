/** What a process is there for, judged by facts of it and of the stack: never by its name alone. */
import type { Purpose } from '../../results/schema/explanation.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import type { SeenProcess } from './look.ts';

export interface PurposeFacts {
  readonly stack: Pick<StackRecord, 'host' | 'connector' | 'model' | 'upstream' | 'backend'>;
  /** Every process of the stack but those that were made for a request. */
  readonly all: readonly SeenProcess[];
  /** It was not there before the request, and not after it. */
  readonly isForRequest: boolean;
  /** It ran the application: then it is not only there to mind others. */
  readonly answered: boolean;
  /** Where the host listens: `127.0.0.1:41234`. */
  readonly front: string;
}

export function purposeOf(one: SeenProcess, x: PurposeFacts): Purpose {
  if (x.isForRequest) return 'request-program';
  const family = x.all.filter((each) => each.role === one.role);
  const isTop = !family.some((each) => each.pid === one.parent);
  const hasChildren = family.some((each) => each.parent === one.pid && sameProgram(each, one));
  if (one.role === 'backend') {
    if (!isTop) return 'backend-worker';
    return hasChildren && !x.answered ? 'backend-parent' : 'backend';
  }
  if (isTop) return hasChildren && !x.answered ? 'server-parent' : 'server';
  const parent = family.find((each) => each.pid === one.parent);
  // What a server starts by another command is not a part of it: a FastCGI program of mod_fcgid's.
  if (parent !== undefined && !sameProgram(one, parent)) return 'app-daemon';
  // mod_fcgid's manager keeps the front's socket open, as a worker does; its children tell it apart.
  const startsOthers = family.some((each) => each.parent === one.pid && !sameProgram(each, one));
  if (x.stack.upstream === 'fastcgi' && x.stack.backend === null && startsOthers) return 'fastcgi-manager';
  if (one.listens.includes(x.front)) return 'server-worker';
  if (x.stack.model === 'cgi') return 'cgi-helper';
  if (x.stack.upstream === 'own') return 'app-daemon';
  return 'server-worker';
}

/** nginx rewrites its command line, so only the program counts: `nginx: master process …`, `nginx: worker process`. */
function sameProgram(a: SeenProcess, b: SeenProcess): boolean {
  const program = (each: SeenProcess) => each.argv[0]?.split(' ')[0] ?? '';
  return program(a) === program(b);
}
