/** What a window consumed: CPU by role, memory, processes, switches, and the machine beside it. */
import type { Account, MachineRecord, RoleAccount } from '../../results/schema/observation.ts';
import type { CpuReading, ResourceGroup, StackGroups } from '../process/group.ts';
import { type MachineReading, type MachineSource, readMachine, thisMachine } from './machine.ts';
import type { IdleRates } from './quiet.ts';
import { Sampler, type Samples } from './sampler.ts';
import { readSwitches, type SwitchReading, switchesBetween } from './switches.ts';

export type { IdleRates, QuietFacts } from './quiet.ts';
export { measureIdle, waitForQuiet } from './quiet.ts';

export interface OpenAccount {
  /**
   * Closes the account. Call it at quiet after the window: then CPU holds all that the window's requests cost.
   * @param generatorCpuUs what the load generator used meanwhile; null: not known, nor then is other work
   */
  finish(generatorCpuUs: number | null): Promise<{ account: Account; machine: MachineRecord }>;
}

interface RoleReading {
  readonly cpu: CpuReading;
  readonly switches: SwitchReading;
}

/** Opens an account. Call it at quiet before the window. */
export async function beginAccount(x: {
  readonly groups: StackGroups;
  readonly hasBackend: boolean;
  readonly idle: IdleRates | null;
  readonly signal: AbortSignal;
  /** @default this machine */
  readonly machine?: MachineSource;
}): Promise<OpenAccount> {
  x.signal.throwIfAborted();
  const source = x.machine ?? thisMachine;
  const groups = [x.groups.group('host'), ...(x.hasBackend ? [x.groups.group('backend')] : [])];
  // Before the readings: what looking at memory costs the machine stays outside.
  const sampler = await Sampler.start(groups);
  const before = await readRoles(groups, 'switches first');
  const machineBefore = readMachine(source);
  return {
    async finish(generatorCpuUs) {
      const machineAfter = readMachine(source);
      const after = await readRoles(groups, 'cpu first');
      const samples = await sampler.finish();
      const roles = groups.map((_, at) => roleAccount(before[at], after[at], samples[at]));
      const [host, backend] = roles;
      if (host === undefined) throw new Error('there is always a host');
      const account: Account = {
        source: x.groups.source,
        wallMs: machineAfter.monotonicMs - machineBefore.monotonicMs,
        host,
        backend: backend ?? null,
        all: backend === undefined ? host : sumOf(host, backend),
        idleCpuUsPerSec: x.idle?.cpuUsPerSec ?? null,
        tasksCreated: difference(machineAfter.tasksCreated, machineBefore.tasksCreated),
        idleTasksPerSec: x.idle?.tasksPerSec ?? null,
      };
      return {
        account,
        machine: machineBetween(machineBefore, machineAfter, account.all.cpuUs, generatorCpuUs),
      };
    },
  };
}

/** CPU is read last before a window and first after it: nothing of ours stands between it and the load. */
async function readRoles(
  groups: readonly ResourceGroup[],
  order: 'switches first' | 'cpu first',
): Promise<RoleReading[]> {
  const readCpu = () => Promise.all(groups.map((group) => group.cpu()));
  const early = order === 'cpu first' ? await readCpu() : null;
  const switches = await Promise.all(groups.map(async (group) => readSwitches(await group.pids())));
  const cpu = early ?? (await readCpu());
  return groups.flatMap((_, at) => {
    const [reading, switched] = [cpu[at], switches[at]];
    return reading === undefined || switched === undefined ? [] : [{ cpu: reading, switches: switched }];
  });
}

function roleAccount(
  before: RoleReading | undefined,
  after: RoleReading | undefined,
  samples: Samples | undefined,
): RoleAccount {
  if (before === undefined || after === undefined) throw new Error('a role was read once only');
  const switches = switchesBetween(before.switches, after.switches);
  return {
    cpuUs: after.cpu.cpuUs - before.cpu.cpuUs,
    userUs: after.cpu.userUs - before.cpu.userUs,
    systemUs: after.cpu.systemUs - before.cpu.systemUs,
    pssBytes: samples?.pssBytes ?? null,
    processesMax: samples?.processesMax ?? null,
    voluntarySwitches: switches?.voluntary ?? null,
    involuntarySwitches: switches?.involuntary ?? null,
  };
}

/** The largest samples of two roles need not be of one moment: their sum is an upper bound. */
function sumOf(host: RoleAccount, backend: RoleAccount): RoleAccount {
  return {
    cpuUs: host.cpuUs + backend.cpuUs,
    userUs: sum(host.userUs, backend.userUs),
    systemUs: sum(host.systemUs, backend.systemUs),
    pssBytes: sum(host.pssBytes, backend.pssBytes),
    processesMax: sum(host.processesMax, backend.processesMax),
    voluntarySwitches: sum(host.voluntarySwitches, backend.voluntarySwitches),
    involuntarySwitches: sum(host.involuntarySwitches, backend.involuntarySwitches),
  };
}

/** Pure: what the machine did between two readings. */
export function machineBetween(
  before: MachineReading,
  after: MachineReading,
  stackCpuUs: number,
  generatorCpuUs: number | null,
): MachineRecord {
  const wallMs = after.monotonicMs - before.monotonicMs;
  const capacityUs = after.cores === null ? null : wallMs * 1_000 * after.cores;
  const steal = difference(after.stealUs, before.stealUs);
  const busy = difference(after.busyUs, before.busyUs);
  const pressure = difference(after.pressureUs, before.pressureUs);
  const ours =
    generatorCpuUs === null ? null : stackCpuUs + generatorCpuUs + (after.labCpuUs - before.labCpuUs);
  return {
    stealRatio: steal === null || capacityUs === null ? null : steal / capacityUs,
    foreignCpuRatio:
      busy === null || ours === null || capacityUs === null ? null : (busy - ours) / capacityUs,
    cpuPressureRatio: pressure === null ? null : pressure / (wallMs * 1_000),
    clockJumpMs: after.wallClockMs - before.wallClockMs - wallMs,
  };
}

const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

const difference = (after: number | null, before: number | null): number | null =>
  after === null || before === null ? null : Math.max(0, after - before);
