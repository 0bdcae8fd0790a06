/** What the proof of the model needs to know of processes and sockets; an interface, so that tests can lie. */
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { readStat } from '../process/proc.ts';

/** Both ends of a TCP connection over IPv4, seen from the server. */
export interface Connection {
  readonly server: { readonly address: string; readonly port: number };
  readonly client: { readonly address: string; readonly port: number };
}

export interface ProcessReader {
  /** The inode of the server's end; null while no process has accepted it, and when it is closed. */
  serverInode(connection: Connection): Promise<number | null>;
  /** Which of these processes have the socket open. */
  holders(inode: number, pids: readonly number[]): Promise<number[]>;
  /** Facts of a living process; null when it is gone (a zombie is gone). */
  stat(pid: number): { readonly parent: number; readonly start: string; readonly name: string } | null;
  /** How often a process was given a CPU, all threads together; null when it is gone, or nothing tells. */
  runs?(pid: number): number | null;
}

/** The reader of this machine; null where there is no Linux /proc. */
export function processReader(platform: NodeJS.Platform = process.platform): ProcessReader | null {
  return platform === 'linux' ? { serverInode, holders, stat, runs } : null;
}

async function serverInode(connection: Connection): Promise<number | null> {
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'latin1').catch(() => '');
    const inode = findInode(text, connection);
    if (inode !== null) return inode;
  }
  return null;
}

/** Looks a connection up in the text of /proc/net/tcp or tcp6 (proc_pid_net(5)). Inode 0: not accepted, or closed. */
export function findInode(table: string, { server, client }: Connection): number | null {
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [, local = '', remote = ''] = fields;
    if (!isEnd(local, server) || !isEnd(remote, client)) continue;
    const inode = Number(fields[9]);
    if (inode > 0) return inode;
  }
  return null;
}

/** `0100007F:1F90`: address in the machine's byte order, in tcp6 with `…FFFF0000` before it; port in hexadecimal. */
function isEnd(text: string, end: Connection['server']): boolean {
  const [address = '', port = ''] = text.split(':');
  const last = address.slice(-8).match(/../g) ?? [];
  const dotted = last
    .map((pair) => Number.parseInt(pair, 16))
    .reverse()
    .join('.');
  return Number.parseInt(port, 16) === end.port && dotted === end.address;
}

async function holders(inode: number, pids: readonly number[]): Promise<number[]> {
  const held = await Promise.all(
    pids.map(async (pid) => ((await holds(pid, `socket:[${inode}]`)) ? [pid] : [])),
  );
  return held.flat();
}

async function holds(pid: number, target: string): Promise<boolean> {
  const dir = `/proc/${pid}/fd`;
  const descriptors = await readdir(dir).catch(() => []);
  const links = await Promise.all(descriptors.map((name) => readlink(`${dir}/${name}`).catch(() => '')));
  return links.includes(target);
}

function stat(pid: number): ReturnType<ProcessReader['stat']> {
  const found = readStat(pid);
  if (found === null || found.state === 'Z' || found.state === 'X') return null;
  return { parent: found.parent, start: found.startTicks, name: found.name };
}

/** The third figure of schedstat (sched-stats, Documentation/scheduler). Its first is time, too coarse to see one request in. */
function runs(pid: number): number | null {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) =>
        Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').trim().split(' ')[2]),
      )
      .reduce((sum, count) => sum + count, 0);
  } catch {
    return null;
  }
}
