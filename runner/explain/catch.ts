/** Watches for a process that is made for a request, and reads what it was given while it lives. */
import { setImmediate as turn } from 'node:timers/promises';
import { ROLES } from '../../core/words.ts';
import type { StackGroups } from '../process/group.ts';
import { isAlive, readStat, readText } from '../process/proc.ts';
import { pause } from '../process/wait.ts';
import { nowUs } from './clock.ts';
import { argvOf } from './look.ts';
import { linkOf, readDescriptors } from './sockets.ts';

/** A program that was executed for one request. */
export interface CaughtProgram {
  readonly pid: number;
  readonly parent: number;
  readonly startTicks: string;
  readonly argv: readonly string[];
  readonly env: readonly (readonly [string, string])[];
  readonly cwd: string | null;
  /** Where descriptors 0, 1 and 2 lead. */
  readonly standard: readonly string[];
  readonly seenUs: number;
}

export interface Catch {
  /** Processes there before the request. */
  readonly atRest: ReadonlySet<number>;
  readonly groups: StackGroups;
  /** 0: look without pause, for programs that live for a millisecond. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** Looks until a new program was caught after its exec, or `isOver` says that the request has been answered. */
export async function catchProgram(isOver: () => boolean, x: Catch): Promise<CaughtProgram | null> {
  const commandsAtRest = new Set([...x.atRest].map((pid) => argvOf(pid).join('\0')));
  let firstSeenUs: number | null = null;
  while (!isOver()) {
    for (const role of ROLES) {
      for (const pid of await x.groups.group(role).pids()) {
        if (x.atRest.has(pid)) continue;
        firstSeenUs ??= nowUs();
        const caught = read(pid, commandsAtRest, firstSeenUs);
        if (caught !== null) return caught;
      }
    }
    if (x.everyMs > 0) await pause(x.everyMs, x.signal);
    else await turn();
  }
  return null;
}

/** Between fork and exec a child has its parent's command line and environment: those are not what it is given. */
function read(pid: number, commandsAtRest: ReadonlySet<string>, seenUs: number): CaughtProgram | null {
  const argv = argvOf(pid);
  // In the midst of exec there is no command line at all.
  if (commandsAtRest.has(argv.join('\0')) || argv[0]?.startsWith('[') === true) return null;
  const environment = readText(`/proc/${pid}/environ`);
  const stat = readStat(pid);
  if (environment === null || environment === '' || stat === null) return null;
  const descriptors = readDescriptors(pid);
  return {
    pid,
    parent: stat.parent,
    startTicks: stat.startTicks,
    argv,
    env: parseEnvironment(environment),
    cwd: linkOf(`/proc/${pid}/cwd`),
    standard: [0, 1, 2].map((descriptor) => descriptors.get(descriptor) ?? 'closed'),
    seenUs,
  };
}

/** `NAME=value` with a zero byte after each (proc_pid_environ(5)). */
export function parseEnvironment(text: string): [string, string][] {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const at = entry.indexOf('=');
      return [entry.slice(0, at), entry.slice(at + 1)];
    });
}

/** When the process ended, as nearly as looking tells; null: it still lives at the deadline. */
export async function waitUntilGone(
  process: { readonly pid: number; readonly startTicks: string },
  deadlineMs: number,
  signal: AbortSignal,
): Promise<number | null> {
  const end = nowUs() + deadlineMs * 1_000;
  while (nowUs() < end) {
    if (!isAlive(process.pid, process.startTicks)) return nowUs();
    await pause(1, signal);
  }
  return null;
}
