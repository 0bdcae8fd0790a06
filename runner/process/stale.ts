/** Ends groups and sessions whose lab is gone: for the warden, and for the next lab when both were killed. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { candidatePlaces, GROUP_PREFIX, removeGroup } from './cgroup-place.ts';
import { isStale } from './owner.ts';
import { readAllStats, readText } from './proc.ts';
import { waitUntil } from './wait.ts';

const KILL_DEADLINE_MS = 5_000;
const LOOK_EVERY_MS = 5;

/** Starts the name of every site folder; the tag of its lab process follows. */
export const SITE_PREFIX = 'deplab-';

/** Every site folder holds this file: nothing without it is ever removed by its name alone. */
export const SITE_MARKER = '.deployment-lab-site';

/** Ends every process in a control group of ours and removes it with its children; how many were ended. */
export async function endGroup(dir: string): Promise<number> {
  const ended = new Set<number>();
  const folders = [...subfolders(dir), dir];
  await waitUntil(
    () => {
      for (const folder of folders) {
        for (const pid of pidsIn(folder)) {
          ended.add(pid);
          kill(pid);
        }
      }
      for (const folder of folders) removeGroup(folder);
      return !existsSync(dir);
    },
    { deadlineMs: KILL_DEADLINE_MS, everyMs: LOOK_EVERY_MS },
  );
  return ended.size;
}

/** Ends the session that a process led. A session's id is not used again while one of its processes lives. */
export async function endSession(leader: number, startTicks: string): Promise<void> {
  await waitUntil(
    () => {
      const members = readAllStats().filter(
        (stat) =>
          stat.session === leader && stat.state !== 'Z' && Number(stat.startTicks) >= Number(startTicks),
      );
      for (const stat of members) kill(stat.pid);
      return members.length === 0;
    },
    { deadlineMs: KILL_DEADLINE_MS, everyMs: LOOK_EVERY_MS },
  );
}

/**
 * Ends and removes what labs left that are gone (told by pid and start time) when their warden was killed too.
 * @param roots folders that sites are made in
 */
export async function recoverStale(
  roots: readonly string[],
): Promise<{ readonly processes: number; readonly folders: number }> {
  let processes = 0;
  let folders = 0;
  const places = candidatePlaces(readText('/proc/self/mountinfo') ?? '', readText('/proc/self/cgroup') ?? '');
  for (const { parent } of places) {
    for (const name of list(parent).filter((candidate) => isStale(candidate, GROUP_PREFIX))) {
      processes += await endGroup(join(parent, name));
    }
  }
  for (const root of roots) {
    for (const name of list(root).filter((candidate) => isStale(candidate, SITE_PREFIX))) {
      if (!existsSync(join(root, name, SITE_MARKER))) continue;
      rmSync(join(root, name), { recursive: true, force: true });
      folders += 1;
    }
  }
  return { processes, folders };
}

function subfolders(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(dir, entry.name));
  } catch {
    return [];
  }
}

function pidsIn(folder: string): number[] {
  try {
    const pids = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').map(Number);
    const living = pids.filter((pid) => pid > 0);
    if (living.length > 0 && existsSync(join(folder, 'cgroup.kill'))) {
      writeFileSync(join(folder, 'cgroup.kill'), '1');
    }
    return living;
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
