/** One look at a stack's processes. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ROLES, type Role } from '../../core/words.ts';
import type { StackGroups } from '../process/group.ts';
import { readStat, readText } from '../process/proc.ts';
import { connectionKey, inodeOf, linkOf, readDescriptors, readSockets, type SocketTable } from './sockets.ts';

export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly startTicks: string;
  readonly role: Role;
  readonly user: string | null;
  readonly argv: readonly string[];
  readonly pssBytes: number | null;
  readonly threads: number | null;
  readonly listens: readonly string[];
  /** Where descriptors 0, 1 and 2 lead. */
  readonly standard: readonly (readonly [string, string])[];
  readonly holdsConnection: boolean;
}

export interface LookRequest {
  readonly groups: StackGroups;
  /** Proportional set size of a process, or null. */
  readonly weigh: (pid: number) => Promise<number | null>;
  /** The client's connection: the server's end first. null: none is open. */
  readonly connection: { readonly server: string; readonly client: string } | null;
}

const STANDARD = ['0 (standard input)', '1 (standard output)', '2 (standard error)'];

/** Pid with start names one process for ever. */
export const keyOf = (each: { readonly pid: number; readonly startTicks: string }): string =>
  `${each.pid} ${each.startTicks}`;

export async function look(x: LookRequest): Promise<SeenProcess[]> {
  const sockets = readSockets();
  const connection =
    x.connection === null
      ? null
      : (sockets.connected.get(connectionKey(x.connection.server, x.connection.client)) ?? null);
  const seen: SeenProcess[] = [];
  for (const role of ROLES) {
    for (const pid of await x.groups.group(role).pids()) {
      const stat = readStat(pid);
      if (stat === null || stat.state === 'Z') continue;
      const descriptors = readDescriptors(pid);
      const inodes = [...descriptors.values()].map(inodeOf).filter((inode) => inode !== null);
      const status = readText(`/proc/${pid}/status`) ?? '';
      seen.push({
        pid,
        parent: stat.parent,
        startTicks: stat.startTicks,
        role,
        user: userName(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1]),
        argv: argvOf(pid),
        pssBytes: await x.weigh(pid),
        threads: numberOf(/^Threads:\s+(\d+)/m.exec(status)?.[1]),
        listens: listensOf(pid, inodes, sockets),
        standard: STANDARD.map((name, descriptor) => [name, descriptors.get(descriptor) ?? 'closed']),
        holdsConnection: connection !== null && inodes.includes(connection),
      });
    }
  }
  return seen;
}

/** A path that was bound relative to the process's folder is told whole. */
function listensOf(pid: number, inodes: readonly number[], sockets: SocketTable): string[] {
  const found = inodes.map((inode) => sockets.listening.get(inode)).filter((each) => each !== undefined);
  const cwd = linkOf(`/proc/${pid}/cwd`) ?? '/';
  return [...new Set(found.map((each) => (each.startsWith('.') ? resolve(cwd, each) : each)))];
}

/** The command line; of a process that has none left, its name in brackets. */
export function argvOf(pid: number): readonly string[] {
  const argv = (readText(`/proc/${pid}/cmdline`) ?? '').replace(/\0+$/, '').split('\0');
  return argv.join('') === '' ? [`[${readStat(pid)?.name ?? 'gone'}]`] : argv;
}

const numberOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

function userName(uid: string | undefined): string | null {
  if (uid === undefined) return null;
  try {
    const rows = readFileSync('/etc/passwd', 'utf8').split('\n');
    return rows.map((row) => row.split(':')).find((columns) => columns[2] === uid)?.[0] ?? uid;
  } catch {
    return uid;
  }
}
