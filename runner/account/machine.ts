/** The machine beside the stack: who else used its processors, and whether its clock can be trusted. */
import { readText, TICKS_PER_SEC } from '../process/proc.ts';

/** One look at the machine. null: this system does not tell. */
export interface MachineReading {
  readonly monotonicMs: number;
  readonly wallClockMs: number;
  /** Summed over processors: everything but idle, iowait and steal. */
  readonly busyUs: number | null;
  readonly stealUs: number | null;
  /** Tasks (processes and threads) created since boot. */
  readonly tasksCreated: number | null;
  /** Time in which some task waited for a processor (PSI `some total`). */
  readonly pressureUs: number | null;
  /** CPU of the lab's own process. */
  readonly labCpuUs: number;
  readonly cores: number | null;
}

/** Where readings come from: replaced in tests. */
export interface MachineSource {
  readonly stat: () => string | null;
  readonly pressure: () => string | null;
  readonly monotonicMs: () => number;
  readonly wallClockMs: () => number;
  readonly labCpuUs: () => number;
}

export const thisMachine: MachineSource = {
  stat: () => readText('/proc/stat'),
  pressure: () => readText('/proc/pressure/cpu'),
  monotonicMs: () => performance.now(),
  wallClockMs: () => Date.now(),
  labCpuUs: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
};

const US_PER_TICK = 1_000_000 / TICKS_PER_SEC;

export function readMachine(source: MachineSource = thisMachine): MachineReading {
  const stat = source.stat();
  const cpu = stat === null ? null : parseCpuLine(stat);
  return {
    monotonicMs: source.monotonicMs(),
    wallClockMs: source.wallClockMs(),
    busyUs: cpu?.busyUs ?? null,
    stealUs: cpu?.stealUs ?? null,
    tasksCreated: numberAfter(stat ?? '', /^processes (\d+)$/m),
    pressureUs: numberAfter(source.pressure() ?? '', /^some .*total=(\d+)$/m),
    labCpuUs: source.labCpuUs(),
    cores: stat === null ? null : (stat.match(/^cpu\d+ /gm)?.length ?? null),
  };
}

/** `cpu user nice system idle iowait irq softirq steal guest guest_nice`; guest time is within user, see proc(5). */
function parseCpuLine(stat: string): { busyUs: number; stealUs: number } | null {
  const fields = /^cpu +(.+)$/m.exec(stat)?.[1]?.split(' ').map(Number);
  if (fields === undefined || fields.length < 8) return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return { busyUs: (user + nice + system + irq + softirq) * US_PER_TICK, stealUs: steal * US_PER_TICK };
}

function numberAfter(text: string, pattern: RegExp): number | null {
  const value = pattern.exec(text)?.[1];
  return value === undefined ? null : Number(value);
}
