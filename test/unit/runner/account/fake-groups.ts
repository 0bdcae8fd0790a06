/** Groups that spend what they are told to: the CPU of each role, and its processes, at each look. */
import type { Role } from '../../../../core/words.ts';
import type { AccountSource, StackGroups } from '../../../../runner/process/group.ts';

export interface FakeRole {
  /** CPU at each reading in turn; the last one stays. */
  readonly cpuUs: readonly number[];
  readonly pids?: readonly (readonly number[])[];
}

export function fakeGroups(
  roles: Readonly<Record<Role, FakeRole>>,
  source: AccountSource = 'cgroup2',
): StackGroups {
  const group = (role: Role) => {
    const { cpuUs, pids = [[]] } = roles[role];
    let [cpuLooks, pidLooks] = [0, 0];
    return {
      role,
      joinPath: null,
      async cpu() {
        const now = cpuUs[Math.min(cpuLooks, cpuUs.length - 1)] ?? 0;
        cpuLooks += 1;
        return { cpuUs: now, userUs: now * 0.75, systemUs: now * 0.25 };
      },
      async pids() {
        pidLooks += 1;
        return [...(pids[Math.min(pidLooks - 1, pids.length - 1)] ?? [])];
      },
      async adopt() {},
      async oomKills() {
        return null;
      },
      async kill() {},
    };
  };
  const made = { host: group('host'), backend: group('backend') };
  return { source, group: (role) => made[role], async [Symbol.asyncDispose]() {} };
}
