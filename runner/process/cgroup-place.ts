/** Where on this machine a control group can be made: found once, by making one and moving a process in. */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ownerTag } from './owner.ts';
import { readText } from './proc.ts';
import { waitUntil } from './wait.ts';

export type AccountSource = 'cgroup2' | 'cgroup1' | 'proc';

/** A folder of a cgroup file system in which groups can be made. */
export interface CgroupPlace {
  readonly source: 'cgroup2' | 'cgroup1';
  readonly parent: string;
}

/** Starts every name of a group of ours; the tag of its lab process follows. */
export const GROUP_PREFIX = 'deplab-';

/**
 * Version 2 first: its `cpu.stat` stands in every group but the root, even on a hybrid machine that delegates
 * no controller. Below our own group first (that is what systemd delegates), then at the mount's root.
 */
export function candidatePlaces(mountInfo: string, ownGroups: string): CgroupPlace[] {
  const own = parseOwnGroups(ownGroups);
  const places: CgroupPlace[] = [];
  for (const version of ['cgroup2', 'cgroup1'] as const) {
    for (const mount of parseMounts(mountInfo)) {
      if (mount.source !== version) continue;
      const path = own.get(version === 'cgroup2' ? '' : 'cpuacct');
      if (path !== undefined) {
        const below = relative(mount.root, path);
        if (!below.startsWith('..')) places.push({ source: version, parent: join(mount.point, below) });
      }
      places.push({ source: version, parent: mount.point });
    }
  }
  return places.filter((place, at) => places.findIndex((other) => other.parent === place.parent) === at);
}

interface Mount {
  readonly source: CgroupPlace['source'];
  readonly root: string;
  readonly point: string;
}

/** `36 35 0:31 /root /mount/point rw,… - cgroup2 none rw`, see proc(5). */
function parseMounts(mountInfo: string): Mount[] {
  return mountInfo.split('\n').flatMap((line): Mount[] => {
    const [left, right] = line.split(' - ');
    const [, , , root, point] = (left ?? '').split(' ');
    const [type, , options] = (right ?? '').split(' ');
    if (root === undefined || point === undefined) return [];
    if (type === 'cgroup2') return [{ source: 'cgroup2', root, point }];
    const isCpuacct = type === 'cgroup' && (options ?? '').split(',').includes('cpuacct');
    return isCpuacct ? [{ source: 'cgroup1', root, point }] : [];
  });
}

/** Controller → our own path in its hierarchy; version 2 stands under ''. */
function parseOwnGroups(text: string): Map<string, string> {
  const own = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    for (const controller of controllers.split(',')) own.set(controller, path);
  }
  return own;
}

/** The first place that works; null: CPU can only be read from /proc. */
export async function findPlace(sources: readonly AccountSource[]): Promise<CgroupPlace | null> {
  const places = candidatePlaces(readText('/proc/self/mountinfo') ?? '', readText('/proc/self/cgroup') ?? '');
  for (const place of places) {
    if (sources.includes(place.source) && (await works(place))) return place;
  }
  return null;
}

/** A group that can be made need not be one that a process can be moved to (delegation ends somewhere above). */
async function works(place: CgroupPlace): Promise<boolean> {
  const dir = join(place.parent, `${GROUP_PREFIX}${ownerTag()}-probe`);
  const probe = spawn('/bin/sh', ['-c', 'read -r line'], { stdio: ['pipe', 'ignore', 'ignore'], env: {} });
  const ended = new Promise((resolve) => probe.once('close', resolve).once('error', resolve));
  try {
    accessSync(join(place.parent, 'cgroup.procs'), constants.W_OK);
    mkdirSync(dir);
    writeFileSync(join(dir, 'cgroup.procs'), String(probe.pid));
    return existsSync(join(dir, place.source === 'cgroup2' ? 'cpu.stat' : 'cpuacct.usage'));
  } catch {
    return false;
  } finally {
    probe.kill('SIGKILL');
    await ended;
    await waitUntil(() => removeGroup(dir), { deadlineMs: 1_000, everyMs: 5 });
  }
}

/** Removes an empty group; false while a process is still leaving it. */
export function removeGroup(dir: string): boolean {
  try {
    rmdirSync(dir);
    return true;
  } catch {
    return !existsSync(dir);
  }
}
