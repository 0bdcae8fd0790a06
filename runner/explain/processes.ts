/** The processes of a stack before, during and after a held request, as one list. Pure. */
import type { ExplainedProcess } from '../../results/schema/explanation.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import type { CaughtProgram } from './catch.ts';
import { keyOf, type SeenProcess } from './look.ts';
import { purposeOf } from './purpose.ts';

export interface Looks {
  readonly before: readonly SeenProcess[];
  readonly during: readonly SeenProcess[];
  readonly after: readonly SeenProcess[];
}

export interface ProcessListRequest {
  readonly stack: StackRecord;
  readonly looks: Looks;
  readonly front: string;
  /** The process that answered while `during` was looked at. */
  readonly answeredPid: number | null;
  /** A program that lived too short to be looked at with the others; null: none, or it is among them. */
  readonly caught: CaughtProgram | null;
}

/** Parents before their children. */
export function listProcesses(x: ProcessListRequest): ExplainedProcess[] {
  const { before, during, after } = x.looks;
  const keys = {
    before: new Set(before.map(keyOf)),
    during: new Set(during.map(keyOf)),
    after: new Set(after.map(keyOf)),
  };
  const all = new Map([...after, ...before, ...during].map((each) => [keyOf(each), each]));
  const seen = [...all.values()];
  const presenceOf = (each: SeenProcess) => {
    const key = keyOf(each);
    return { before: keys.before.has(key), during: keys.during.has(key), after: keys.after.has(key) };
  };
  const isMadeForRequest = (each: SeenProcess) => {
    const presence = presenceOf(each);
    return presence.during && !presence.before && !presence.after;
  };
  const lasting = seen.filter((each) => !isMadeForRequest(each));
  const list = seen.map((each): ExplainedProcess => {
    const isForRequest = isMadeForRequest(each);
    const answered = each.pid === x.answeredPid;
    return {
      pid: each.pid,
      parent: each.parent,
      startTicks: each.startTicks,
      role: each.role,
      purpose: purposeOf(each, { stack: x.stack, all: lasting, isForRequest, answered, front: x.front }),
      user: each.user,
      command: each.argv.join(' '),
      pssBytes: each.pssBytes,
      threads: each.threads,
      listens: [...each.listens],
      descriptors: isForRequest ? each.standard.map(([name, to]) => [name, to]) : [],
      seen: presenceOf(each),
      holdsConnection: each.holdsConnection,
      answered,
    };
  });
  const { caught } = x;
  if (caught !== null && !seen.some((each) => keyOf(each) === keyOf(caught)))
    list.push(listCaught(caught, x));
  return inTreeOrder(list);
}

function listCaught(caught: CaughtProgram, { looks }: ProcessListRequest): ExplainedProcess {
  const parent = [...looks.before, ...looks.during].find(({ pid }) => pid === caught.parent);
  const names = ['0 (standard input)', '1 (standard output)', '2 (standard error)'];
  return {
    pid: caught.pid,
    parent: caught.parent,
    startTicks: caught.startTicks,
    role: parent?.role ?? 'host',
    purpose: 'request-program',
    user: parent?.user ?? null,
    command: caught.argv.join(' '),
    pssBytes: null,
    threads: null,
    listens: [],
    descriptors: caught.standard.map((to, descriptor) => [names[descriptor] ?? '', to]),
    seen: { before: false, during: true, after: false },
    holdsConnection: false,
    answered: true,
  };
}

function inTreeOrder(list: readonly ExplainedProcess[]): ExplainedProcess[] {
  const pids = new Set(list.map(({ pid }) => pid));
  const byBirth = [...list].sort((a, b) => Number(a.startTicks) - Number(b.startTicks) || a.pid - b.pid);
  const below = (pid: number): ExplainedProcess[] =>
    byBirth.filter(({ parent }) => parent === pid).flatMap((each) => [each, ...below(each.pid)]);
  return byBirth
    .filter(({ parent }) => !pids.has(parent))
    .sort((a, b) => (a.role === b.role ? 0 : a.role === 'host' ? -1 : 1))
    .flatMap((each) => [each, ...below(each.pid)]);
}
