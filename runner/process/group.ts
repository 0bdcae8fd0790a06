/**
 * A resource group holds every process of one role of one stack, from before it is executed until it is gone:
 * what it spent is then known, whoever reaped whom, and it can be ended as a whole.
 */
import type { Role } from '../../core/words.ts';
import { ROLES } from '../../core/words.ts';
import { openCgroups } from './cgroup.ts';
import { type AccountSource, type CgroupPlace, findPlace } from './cgroup-place.ts';
import { openProcGroups } from './proc-group.ts';

export type { AccountSource } from './cgroup-place.ts';

/** CPU spent since the group was made, by processes living and dead. Never falls. */
export interface CpuReading {
  readonly cpuUs: number;
  readonly userUs: number;
  readonly systemUs: number;
}

export interface ResourceGroup {
  readonly role: Role;
  cpu(): Promise<CpuReading>;
  /** Processes in the group now. Zombies are not among them. */
  pids(): Promise<number[]>;
  /** The `cgroup.procs` file that takes a process into the group; null when there is no cgroup. */
  readonly joinPath: string | null;
  /** Takes a process into the group; what it starts afterwards follows. */
  adopt(pid: number): Promise<void>;
  /** Processes that the kernel killed for want of memory; null: not known. */
  oomKills(): Promise<number | null>;
  /** Ends every process of the group by SIGKILL and waits until they are gone. */
  kill(): Promise<void>;
}

export interface StackGroups extends AsyncDisposable {
  readonly source: AccountSource;
  group(role: Role): ResourceGroup;
}

const ALL_SOURCES: readonly AccountSource[] = ['cgroup2', 'cgroup1', 'proc'];
const places = new Map<string, Promise<CgroupPlace | null>>();

/** Where CPU would be read from on this machine, best first (control groups v2, v1, /proc). */
export async function accountSource(sources: readonly AccountSource[] = ALL_SOURCES): Promise<AccountSource> {
  return (await place(sources))?.source ?? 'proc';
}

/**
 * Makes one group for each role. Dispose ends what is still in them and removes them.
 * @param label for people who look at the cgroup file system
 * @param sources which to consider. @default all
 */
export async function openGroups(
  label: string,
  sources: readonly AccountSource[] = ALL_SOURCES,
): Promise<StackGroups> {
  const found = await place(sources);
  return found === null ? openProcGroups(ROLES) : openCgroups(found, ROLES, label);
}

function place(sources: readonly AccountSource[]): Promise<CgroupPlace | null> {
  const key = sources.join();
  const known = places.get(key) ?? findPlace(sources);
  places.set(key, known);
  return known;
}
