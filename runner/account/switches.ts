/** Context switches of the processes that lived through a window. */
import { readdirSync } from 'node:fs';
import { readText } from '../process/proc.ts';

export interface Switches {
  readonly voluntary: number;
  readonly involuntary: number;
}

/** thread id → switches so far. */
export type SwitchReading = ReadonlyMap<number, Switches>;

export function readSwitches(pids: readonly number[]): SwitchReading {
  const found = new Map<number, Switches>();
  for (const pid of pids) {
    for (const task of tasksOf(pid)) {
      const switches = parseSwitches(readText(`/proc/${pid}/task/${task}/status`) ?? '');
      if (switches !== null) found.set(task, switches);
    }
  }
  return found;
}

export function parseSwitches(status: string): Switches | null {
  const voluntary = /^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1];
  const involuntary = /^nonvoluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1];
  if (voluntary === undefined || involuntary === undefined) return null;
  return { voluntary: Number(voluntary), involuntary: Number(involuntary) };
}

/** null when a thread came or went: its switches are lost, and a partial sum would pass for the whole. */
export function switchesBetween(before: SwitchReading, after: SwitchReading): Switches | null {
  if (before.size === 0 || before.size !== after.size) return null;
  let voluntary = 0;
  let involuntary = 0;
  for (const [task, now] of after) {
    const then = before.get(task);
    if (then === undefined) return null;
    voluntary += now.voluntary - then.voluntary;
    involuntary += now.involuntary - then.involuntary;
  }
  return { voluntary, involuntary };
}

function tasksOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}
