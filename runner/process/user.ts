/** The unprivileged user that measured processes run as, and what it can reach. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { MeasuredUser } from '../../servers/define.ts';

/** In order of preference: the first is what distributions run web servers as. */
const CANDIDATES = ['www-data', 'http', 'apache', 'nobody'] as const;

/**
 * The user to drop to when the lab was started as root; null when the lab itself is unprivileged (or no
 * such user exists), in which case measured processes run as the lab's own user.
 */
export function measuredUser(): MeasuredUser | null {
  if (process.getuid?.() !== 0) return null;
  const passwd = readTable('/etc/passwd');
  const groups = readTable('/etc/group');
  for (const name of CANDIDATES) {
    const row = passwd.find(([candidate]) => candidate === name);
    if (row === undefined) continue;
    const [uid, gid] = [Number(row[2]), Number(row[3])];
    const group = groups.find((columns) => Number(columns[2]) === gid)?.[0];
    if (group !== undefined && uid > 0) return { name, group, uid, gid };
  }
  return null;
}

function readTable(file: string): string[][] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
}

/**
 * Whether the measured user (null: the lab's own) can read or execute a path, folders above it included.
 * Judged by mode bits: access lists are not looked at.
 */
export function canUse(path: string, user: MeasuredUser | null, need: 'read' | 'execute'): boolean {
  const bit = need === 'read' ? 4 : 1;
  try {
    if (user === null) {
      accessSync(path, need === 'read' ? constants.R_OK : constants.X_OK);
      return true;
    }
    if (!permits(statSync(path), user, bit)) return false;
    for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
      if (!permits(statSync(folder), user, 1)) return false;
      if (folder === dirname(folder)) return true;
    }
  } catch {
    return false;
  }
}

function permits(stat: { mode: number; uid: number; gid: number }, user: MeasuredUser, bit: number): boolean {
  const shift = stat.uid === user.uid ? 6 : stat.gid === user.gid ? 3 : 0;
  return ((stat.mode >> shift) & bit) === bit;
}
