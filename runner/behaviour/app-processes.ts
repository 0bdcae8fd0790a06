/** Finds the process that answers a request, from outside and while it does. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ROLES, type Role } from '../../core/words.ts';
import { parseWho } from '../../servers/contract/shapes.ts';
import { readStat } from '../process/proc.ts';
import { exchange } from './exchange.ts';
import type { Asked } from './seen.ts';

/** The processes of a stack, now. */
export interface Pids {
  group(role: Role): { pids(): Promise<number[]> };
}

export async function allPids(groups: Pids): Promise<number[]> {
  return (await Promise.all(ROLES.map((role) => groups.group(role).pids()))).flat();
}

/** At most so many requests are held at once to see every process that answers. */
const MOST_ASKED = 16;
const HELD_MS = 150;

/** Processes that run the app, by its own account. */
export async function askedPids({ endpoint, signal }: Asked, slots: number): Promise<number[]> {
  const path = `/who?ms=${HELD_MS}`;
  const asked = Array.from({ length: Math.min(slots, MOST_ASKED) }, () =>
    exchange(endpoint, { method: 'GET', path }, signal),
  );
  const pids = (await Promise.all(asked)).flatMap((reply) => {
    const who = parseWho(reply.body.toString('utf8'));
    return reply.status === 200 && typeof who !== 'string' ? [who.pid] : [];
  });
  return [...new Set(pids)];
}

/** How long processes are watched while one of them sends a chunk every few milliseconds. */
const WATCH_MS = 400;
/** An idle worker wakes once a second or so; one that streams, dozens of times in the same span. */
const FEWEST_RUNS = 6;

/**
 * The one of these processes that was given a CPU most often while we look on; null: none stands out.
 * @param among chosen when the watch ends, so that processes made meanwhile are seen
 */
export async function busiest(
  among: () => Promise<readonly number[]>,
  signal: AbortSignal,
): Promise<number | null> {
  const before = new Map((await among()).map((pid) => [pid, runsOf(pid)]));
  await delay(WATCH_MS, undefined, { signal });
  const runs = (await among())
    .map((pid) => ({ pid, runs: (runsOf(pid) ?? 0) - (before.get(pid) ?? 0) }))
    .toSorted((a, b) => b.runs - a.runs);
  const most = runs[0];
  return most === undefined || most.runs < FEWEST_RUNS ? null : most.pid;
}

/** How often a process was given a CPU, all threads together: the third figure of schedstat. null: not told. */
function runsOf(pid: number): number | null {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1'))
      .reduce((sum, text) => sum + Number(text.trim().split(' ')[2]), 0);
  } catch {
    return null;
  }
}

export const nameOf = (pid: number): string => readStat(pid)?.name ?? 'gone';
