/**
 * Resource groups where no control group can be made: the process tree as /proc shows it. Children that a
 * server reaps unseen are lost (Apache mod_cgid shows 39 % of its CPU, fcgiwrap 28 %).
 */
import { LabError } from '../../core/errors.ts';
import type { Role } from '../../core/words.ts';
import type { CpuReading, ResourceGroup, StackGroups } from './group.ts';
import { isAlive, type ProcStat, readAllStats, readStat } from './proc.ts';
import { waitUntil } from './wait.ts';
import { type Watch, warden } from './warden.ts';

const KILL_DEADLINE_MS = 5_000;
const LOOK_EVERY_MS = 5;

export function openProcGroups(roles: readonly Role[]): StackGroups {
  const groups = new Map(roles.map((role) => [role, new ProcGroup(role)]));
  return {
    source: 'proc',
    group(role) {
      const group = groups.get(role);
      if (group === undefined) throw new LabError('E_INTERNAL', `no group for the role ${role}`);
      return group;
    },
    async [Symbol.asyncDispose]() {
      for (const group of groups.values()) await group.kill();
    },
  };
}

/** A program that was started (it leads a session of its own), all of its session, and all their descendants. */
class ProcGroup implements ResourceGroup {
  readonly role: Role;
  readonly joinPath = null;
  /** pid → start time of every process ever seen in the group. */
  readonly #seen = new Map<number, string>();
  readonly #sessions = new Set<number>();
  readonly #watches: Watch[] = [];
  #last: CpuReading = { cpuUs: 0, userUs: 0, systemUs: 0 };

  constructor(role: Role) {
    this.role = role;
  }

  async adopt(pid: number): Promise<void> {
    const startTicks = readStat(pid)?.startTicks ?? '';
    this.#seen.set(pid, startTicks);
    this.#sessions.add(pid);
    this.#watches.push(await warden().watch({ kind: 'session', pid, startTicks }));
  }

  async pids(): Promise<number[]> {
    return this.#members().map((stat) => stat.pid);
  }

  /** Living members with the children they waited for. A falling sum (a member died unreaped) reads as before. */
  async cpu(): Promise<CpuReading> {
    let userUs = 0;
    let systemUs = 0;
    for (const stat of this.#members()) {
      userUs += stat.userUs + stat.childUserUs;
      systemUs += stat.systemUs + stat.childSystemUs;
    }
    this.#last = {
      cpuUs: Math.max(this.#last.cpuUs, userUs + systemUs),
      userUs: Math.max(this.#last.userUs, userUs),
      systemUs: Math.max(this.#last.systemUs, systemUs),
    };
    return this.#last;
  }

  async oomKills(): Promise<null> {
    return null;
  }

  async kill(): Promise<void> {
    const gone = await waitUntil(
      () => {
        const members = this.#members();
        for (const member of members) endProcess(member.pid);
        return members.length === 0;
      },
      { deadlineMs: KILL_DEADLINE_MS, everyMs: LOOK_EVERY_MS },
    );
    if (!gone) throw new LabError('E_INTERNAL', 'processes outlive SIGKILL');
    for (const watch of this.#watches.splice(0)) watch.forget();
  }

  #members(): ProcStat[] {
    const all = readAllStats();
    const isSeen = (stat: ProcStat) => this.#seen.get(stat.pid) === stat.startTicks;
    const members = new Set(
      all.filter((stat) => isSeen(stat) || this.#sessions.has(stat.session)).map((stat) => stat.pid),
    );
    for (let before = -1; before !== members.size; ) {
      before = members.size;
      for (const stat of all) if (members.has(stat.parent)) members.add(stat.pid);
    }
    const found = all.filter((stat) => members.has(stat.pid));
    for (const stat of found) this.#seen.set(stat.pid, stat.startTicks);
    return found.filter((stat) => isAlive(stat.pid, stat.startTicks));
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
