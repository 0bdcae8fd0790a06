/** Waiting until a stack does nothing: windows begin and end at quiet. */
import { ROLES } from '../../core/words.ts';
import type { StackGroups } from '../process/group.ts';
import { pause } from '../process/wait.ts';
import { type MachineSource, readMachine, thisMachine } from './machine.ts';

/** What the stack and the machine do when nothing is asked of the stack. */
export interface IdleRates {
  readonly cpuUsPerSec: number;
  /** Tasks created on the machine; null: not told. */
  readonly tasksPerSec: number | null;
}

export interface QuietFacts {
  /** false: the deadline came first. */
  readonly quiet: boolean;
  readonly waitedMs: number;
  /** CPU of the stack, at the last look. */
  readonly cpuUsPerSec: number;
}

const LOOK_EVERY_MS = 50;
/** Looks in a row that must find the stack quiet. */
const LOOKS = 3;
/** 2 % of a core. What a server's timers take is far less, the end of a CGI far more. */
const QUIET_CPU_US_PER_SEC = 20_000;
/** /proc tells whole ticks of 10 ms: one of them in a look is still quiet. */
const PROC_CPU_US_PER_SEC = (10_000 / LOOK_EVERY_MS) * 1_000;

/** Resolves when the stack's CPU has fallen to idle and no process comes or goes. */
export async function waitForQuiet(
  groups: StackGroups,
  signal: AbortSignal,
  deadlineMs: number,
): Promise<QuietFacts> {
  const limit = groups.source === 'proc' ? PROC_CPU_US_PER_SEC : QUIET_CPU_US_PER_SEC;
  const begun = performance.now();
  let last = await look(groups);
  let quietLooks = 0;
  for (;;) {
    await pause(LOOK_EVERY_MS, signal);
    const now = await look(groups);
    const cpuUsPerSec = ((now.cpuUs - last.cpuUs) / (now.atMs - last.atMs)) * 1_000;
    quietLooks = cpuUsPerSec <= limit && now.pids === last.pids ? quietLooks + 1 : 0;
    last = now;
    const waitedMs = now.atMs - begun;
    if (quietLooks >= LOOKS) return { quiet: true, waitedMs, cpuUsPerSec };
    if (waitedMs >= deadlineMs) return { quiet: false, waitedMs, cpuUsPerSec };
  }
}

/** Call it at quiet. */
export async function measureIdle(
  groups: StackGroups,
  windowMs: number,
  signal: AbortSignal,
  machine: MachineSource = thisMachine,
): Promise<IdleRates> {
  const [before, machineBefore] = [await look(groups), readMachine(machine)];
  await pause(windowMs, signal);
  const [after, machineAfter] = [await look(groups), readMachine(machine)];
  const seconds = (after.atMs - before.atMs) / 1_000;
  const tasks =
    machineAfter.tasksCreated === null || machineBefore.tasksCreated === null
      ? null
      : machineAfter.tasksCreated - machineBefore.tasksCreated;
  return {
    cpuUsPerSec: (after.cpuUs - before.cpuUs) / seconds,
    tasksPerSec: tasks === null ? null : tasks / seconds,
  };
}

async function look(groups: StackGroups): Promise<{ cpuUs: number; pids: string; atMs: number }> {
  let cpuUs = 0;
  const pids: number[] = [];
  for (const role of ROLES) {
    cpuUs += (await groups.group(role).cpu()).cpuUs;
    pids.push(...(await groups.group(role).pids()));
  }
  return { cpuUs, pids: pids.toSorted((a, b) => a - b).join(), atMs: performance.now() };
}
