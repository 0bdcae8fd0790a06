/** The client goes away in the middle of a request: what happens to the work, and to the next request. */
import { setTimeout as delay } from 'node:timers/promises';
import type { StackRecord } from '../../results/schema/stack.ts';
import { isAlive, readStat } from '../process/proc.ts';
import { allPids, type Pids } from './app-processes.ts';
import { exchange, openExchange } from './exchange.ts';
import { type Asked, type Sight, sight } from './seen.ts';

const WORK_MS = 2_500;
/** A process for the request is looked for at most this long: frameworks take a while to start. */
const START_DEADLINE_MS = 2_000;
/** The work has begun: then the client leaves. */
const SETTLE_MS = 250;
const LOOK_AFTER_MS = 1_000;
const LOOK_EVERY_MS = 20;
/** The next request is answered at once, or only when the abandoned one is done. */
const NEXT_DEADLINE_MS = 1_500;

interface Process {
  readonly pid: number;
  readonly start: string;
}

export interface AbortSubject extends Asked {
  readonly record: Pick<StackRecord, 'model'>;
  readonly groups: Pids;
}

export async function probeAbort(x: AbortSubject): Promise<Sight> {
  const { endpoint, groups, signal, record } = x;
  const before = new Set(await allPids(groups));
  const open = openExchange(endpoint, { method: 'GET', path: `/wait?ms=${WORK_MS}` }, signal);
  const made = record.model === 'cgi' ? await newProcesses(groups, before, signal) : [];
  await delay(SETTLE_MS, undefined, { signal });
  open.socket.destroy();
  const left = performance.now();

  const next = await exchange(endpoint, { method: 'GET', path: '/hello', deadlineMs: WORK_MS * 4 }, signal);
  const nextMs = Math.round(performance.now() - left);
  const answered = `the next request was answered with ${next.status ?? 'nothing'} after ${nextMs} ms`;
  if (record.model !== 'cgi') {
    const isAnswered = next.status === 200 && nextMs < NEXT_DEADLINE_MS;
    return sight('abort', isAnswered ? 'answers' : 'stuck', answered);
  }
  await delay(Math.max(0, LOOK_AFTER_MS - nextMs), undefined, { signal });
  const alive = made.filter(({ pid, start }) => isAlive(pid, start));
  const names = made.map(({ pid }) => `pid ${pid}`).join(', ') || 'no process was seen';
  const detail = `${names}; ${Math.round(performance.now() - left)} ms after the client left ${alive.length} of ${made.length} still ran; ${answered}`;
  if (made.length === 0) return sight('abort', 'unseen', detail);
  return sight('abort', alive.length > 0 ? 'runs on' : 'ends', detail);
}

/** Processes that were not there before the request; waits until there is one. */
async function newProcesses(
  groups: Pids,
  before: ReadonlySet<number>,
  signal: AbortSignal,
): Promise<Process[]> {
  const begun = performance.now();
  while (performance.now() - begun < START_DEADLINE_MS) {
    const pids = (await allPids(groups)).filter((pid) => !before.has(pid));
    const found = pids.flatMap((pid) => {
      const stat = readStat(pid);
      return stat === null || stat.state === 'Z' ? [] : [{ pid, start: stat.startTicks }];
    });
    if (found.length > 0) return found;
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
  return [];
}
