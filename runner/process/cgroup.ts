/** Resource groups made of control groups, version 2 or version 1 (cpuacct). */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import type { Role } from '../../core/words.ts';
import { type CgroupPlace, GROUP_PREFIX, removeGroup } from './cgroup-place.ts';
import type { CpuReading, ResourceGroup, StackGroups } from './group.ts';
import { ownerTag } from './owner.ts';
import { readText, TICKS_PER_SEC } from './proc.ts';
import { waitUntil } from './wait.ts';
import { warden } from './warden.ts';

/** A killed process leaves within milliseconds unless the kernel waits for a device. */
const KILL_DEADLINE_MS = 5_000;
const LOOK_EVERY_MS = 3;
let opened = 0;

export async function openCgroups(
  place: CgroupPlace,
  roles: readonly Role[],
  label: string,
): Promise<StackGroups> {
  opened += 1;
  const safeLabel = label.replace(/[^A-Za-z0-9.-]+/g, '_').slice(0, 60);
  const dir = join(place.parent, `${GROUP_PREFIX}${ownerTag()}-${opened}-${safeLabel}`);
  const watch = await warden().watch({ kind: 'cgroup', path: dir });
  const groups = new Map<Role, ResourceGroup>();
  try {
    mkdirSync(dir);
    for (const role of roles) {
      mkdirSync(join(dir, role));
      groups.set(role, makeGroup(join(dir, role), role, place.source));
    }
  } catch (cause) {
    watch.forget();
    throw new LabError('E_INTERNAL', `a control group cannot be made: ${messageOf(cause)}`, {
      facts: { path: dir },
      cause,
    });
  }
  return {
    source: place.source,
    group(role) {
      const group = groups.get(role);
      if (group === undefined) throw new LabError('E_INTERNAL', `no group for the role ${role}`);
      return group;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...groups.values()].map((group) => group.kill()));
      const folders = [...[...groups.keys()].map((role) => join(dir, role)), dir];
      for (const folder of folders) {
        await waitUntil(() => removeGroup(folder), {
          deadlineMs: KILL_DEADLINE_MS,
          everyMs: LOOK_EVERY_MS,
        });
      }
      // While the folder is there, something lives in it: then the warden keeps it in mind.
      if (!existsSync(dir)) watch.forget();
    },
  };
}

function makeGroup(dir: string, role: Role, source: CgroupPlace['source']): ResourceGroup {
  const joinPath = join(dir, 'cgroup.procs');
  const readPids = () => parsePids(readText(joinPath) ?? '');
  return {
    role,
    joinPath,
    async cpu() {
      return source === 'cgroup2' ? readCpuStat(dir) : readCpuacct(dir);
    },
    async pids() {
      return readPids();
    },
    async adopt(pid) {
      writeFileSync(joinPath, String(pid));
    },
    async oomKills() {
      const events = readText(join(dir, 'memory.events'));
      return events === null ? null : (parseFlat(events).get('oom_kill') ?? null);
    },
    async kill() {
      const gone = await waitUntil(
        () => {
          killAll(dir, readPids());
          return readPids().length === 0;
        },
        { deadlineMs: KILL_DEADLINE_MS, everyMs: LOOK_EVERY_MS },
      );
      if (!gone) {
        throw new LabError('E_INTERNAL', 'processes outlive SIGKILL', {
          facts: { group: dir, pids: readPids().join(' ') },
          hint: 'The kernel holds them (a stuck device or file system).',
        });
      }
    },
  };
}

/** `cgroup.kill` (Linux 5.14) takes forks in flight too; without it, repeating wins the race. */
function killAll(dir: string, pids: readonly number[]): void {
  if (pids.length === 0) return;
  const file = join(dir, 'cgroup.kill');
  if (existsSync(file)) {
    writeFileSync(file, '1');
    return;
  }
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

function readCpuStat(dir: string): CpuReading {
  const stat = parseFlat(readOrThrow(join(dir, 'cpu.stat')));
  return {
    cpuUs: stat.get('usage_usec') ?? missing(dir),
    userUs: stat.get('user_usec') ?? missing(dir),
    systemUs: stat.get('system_usec') ?? missing(dir),
  };
}

/** `cpuacct.usage` is in nanoseconds; the split is in ticks of 10 ms. */
function readCpuacct(dir: string): CpuReading {
  const split = parseFlat(readOrThrow(join(dir, 'cpuacct.stat')));
  const tickUs = 1_000_000 / TICKS_PER_SEC;
  return {
    cpuUs: Number(readOrThrow(join(dir, 'cpuacct.usage'))) / 1_000,
    userUs: (split.get('user') ?? missing(dir)) * tickUs,
    systemUs: (split.get('system') ?? missing(dir)) * tickUs,
  };
}

/** Lines of `key value`. */
function parseFlat(text: string): Map<string, number> {
  const rows = text.split('\n').map((line) => line.split(' '));
  return new Map(rows.map(([key, value]) => [key ?? '', Number(value)]));
}

/** A process of another pid namespace shows as 0. */
function parsePids(text: string): number[] {
  return text
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

function readOrThrow(path: string): string {
  const text = readText(path);
  if (text === null) throw new LabError('E_INTERNAL', 'a control group vanished', { facts: { path } });
  return text;
}

function missing(dir: string): never {
  throw new LabError('E_INTERNAL', 'a control group does not tell its CPU time', { facts: { path: dir } });
}
