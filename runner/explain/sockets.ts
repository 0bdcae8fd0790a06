/** Which sockets a process has, by what Linux tells in /proc/net and /proc/PID/fd. Empty where there is no /proc. */
import { readdirSync, readlinkSync } from 'node:fs';
import { readText } from '../process/proc.ts';

export interface SocketTable {
  /** Inode → address, of sockets that accept connections: `127.0.0.1:80`, `/run/app.sock`. */
  readonly listening: ReadonlyMap<number, string>;
  /** `address:port>address:port` (own end first) → inode, of TCP connections. */
  readonly connected: ReadonlyMap<string, number>;
}

/** TCP_LISTEN of include/net/tcp_states.h, as /proc/net/tcp spells it. */
const LISTEN = '0A';
/** __SO_ACCEPTCON in the flags of /proc/net/unix: the socket listens. */
const ACCEPTS = 0x10000;

export function readSockets(): SocketTable {
  return parseSockets({
    tcp: `${readText('/proc/net/tcp') ?? ''}\n${readText('/proc/net/tcp6') ?? ''}`,
    unix: readText('/proc/net/unix') ?? '',
  });
}

/** @param text contents of /proc/net/tcp and /proc/net/unix */
export function parseSockets(text: { readonly tcp: string; readonly unix: string }): SocketTable {
  const listening = new Map<number, string>();
  const connected = new Map<string, number>();
  for (const line of text.tcp.split('\n')) {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    if (local === undefined || remote === undefined || !/^\d+$/.test(inode ?? '')) continue;
    if (state === LISTEN) listening.set(Number(inode), endOf(local));
    else if (inode !== '0') connected.set(connectionKey(endOf(local), endOf(remote)), Number(inode));
  }
  for (const line of text.unix.split('\n')) {
    const [, , , flags = '', , , inode, path] = line.trim().split(/\s+/);
    if (path === undefined || (Number.parseInt(flags, 16) & ACCEPTS) === 0) continue;
    listening.set(Number(inode), path);
  }
  return { listening, connected };
}

/** Names a connection by its two ends, `127.0.0.1:80`; the own one first. */
export const connectionKey = (own: string, other: string): string => `${own}>${other}`;

/** `0100007F:1F90` → `127.0.0.1:8080`: the address in the machine's (little-endian) byte order. */
function endOf(text: string): string {
  const [address = '', port = ''] = text.split(':');
  const bytes = address.slice(-8).match(/../g) ?? [];
  const dotted = bytes.map((pair) => Number.parseInt(pair, 16)).reverse();
  return `${dotted.join('.')}:${Number.parseInt(port, 16)}`;
}

/** Where descriptors lead: number → `socket:[123]`, `pipe:[456]`, `/dev/null`. */
export function readDescriptors(pid: number): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const name of namesIn(`/proc/${pid}/fd`)) {
    const link = linkOf(`/proc/${pid}/fd/${name}`);
    if (link !== null) found.set(Number(name), link);
  }
  return found;
}

/** The inode of `socket:[123]`; null for anything else. */
export function inodeOf(link: string): number | null {
  const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
  return inode === undefined ? null : Number(inode);
}

/** Where a link of /proc leads; null: it, or its process, is gone. */
export function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
