/** Ends a program in order: its own graceful signal → SIGTERM to its process group → SIGKILL to its whole group. */
import type { ProgramSpec } from '../../servers/define.ts';
import type { ResourceGroup } from './group.ts';
import { describeProcess } from './proc.ts';
import { waitUntil } from './wait.ts';

/** After the graceful signal was not enough. */
const TERM_GRACE_MS = 1_000;
/** Workers of a parent that just ended are given this long to follow it. */
const FOLLOW_MS = 1_000;
const LOOK_EVERY_MS = 5;

export interface StopFacts {
  /** It had ended before it was asked to. */
  readonly alreadyGone: boolean;
  /** It was killed, having ignored the signals. */
  readonly forced: boolean;
  readonly tookMs: number;
  /** Processes that outlived the program, as `pid command`; they were killed. */
  readonly leftover: readonly string[];
}

export async function stopProgram(x: {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  readonly hasExited: () => boolean;
  readonly stop: ProgramSpec['stop'];
  readonly group: ResourceGroup;
}): Promise<StopFacts> {
  const startedMs = performance.now();
  const alreadyGone = x.hasExited();
  let forced = false;
  if (!alreadyGone) {
    send(x.stop.toGroup === true ? -x.pid : x.pid, x.stop.signal);
    if (!(await endsWithin(x, x.stop.graceMs))) {
      send(-x.pid, 'SIGTERM');
      if (!(await endsWithin(x, TERM_GRACE_MS))) {
        forced = true;
        // Never the parent alone: its children would keep the port.
        await x.group.kill();
        await x.exited;
      }
    }
  }
  const tookMs = performance.now() - startedMs;
  const followed = await waitUntil(async () => (await x.group.pids()).length === 0, {
    deadlineMs: FOLLOW_MS,
    everyMs: LOOK_EVERY_MS,
  });
  const leftover = followed ? [] : (await x.group.pids()).map((pid) => `${pid} ${describeProcess(pid)}`);
  if (!followed) await x.group.kill();
  return { alreadyGone, forced, tookMs, leftover };
}

async function endsWithin(x: { exited: Promise<unknown> }, deadlineMs: number): Promise<boolean> {
  const timer = { handle: setTimeout(() => {}, 0) };
  const late = new Promise<false>((resolve) => {
    timer.handle = setTimeout(() => resolve(false), deadlineMs);
  });
  try {
    return await Promise.race([x.exited.then(() => true), late]);
  } finally {
    clearTimeout(timer.handle);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}
