/** Ports on loopback: a free one, or who has the one that was asked for. */
import { readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { LabError } from '../../core/errors.ts';
import { describeProcess, listPids, readText } from '../process/proc.ts';

export const LOOPBACK = '127.0.0.1';

/** Linux's default range of the ports that clients are given, see ip(7). */
const DEFAULT_EPHEMERAL_FROM = 32_768;
const LOWEST_PORT = 20_000;
const TRIES = 200;

/**
 * A port that nobody listens on. Below the range that clients are given, since a connection of the load driver
 * could otherwise take it before the server does.
 */
export async function pickPort(): Promise<number> {
  const range = readText('/proc/sys/net/ipv4/ip_local_port_range')?.trim().split(/\s+/).map(Number);
  const from = range?.[0] ?? DEFAULT_EPHEMERAL_FROM;
  const below = from > LOWEST_PORT + 1_000 ? from : 0;
  for (let tries = 0; tries < TRIES && below > 0; tries += 1) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (below - LOWEST_PORT));
    if (await isFree(port)) return port;
  }
  return await listenOnce(0);
}

/** Throws E_PORT_IN_USE, naming who has the port. */
export async function assertPortFree(port: number): Promise<void> {
  if (await isFree(port)) return;
  const owner = portOwner(port);
  const who = owner === null ? 'another process' : `pid ${owner} (${describeProcess(owner)})`;
  throw new LabError('E_PORT_IN_USE', `port ${port} is used by ${who}`, {
    facts: { port, pid: owner },
    hint: 'Stop that program, or leave the choice of the port to the lab.',
  });
}

export async function isFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch {
    return false;
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(chosen));
    });
  });
}

/** The process that listens on a TCP port, as far as this user may see; null: not known. */
export function portOwner(port: number): number | null {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningInodes(file, port)));
  if (inodes.size === 0) return null;
  for (const pid of listPids()) {
    for (const link of descriptorsOf(pid)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode !== undefined && inodes.has(inode)) return pid;
    }
  }
  return null;
}

/** Fields of /proc/net/tcp: 1 local address:port in hex, 3 state (0A: listening), 9 inode; see proc(5). */
function listeningInodes(file: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = (readText(file) ?? '').split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hex}`) === true && fields[3] === '0A')
    .map((fields) => fields[9] ?? '');
}

function descriptorsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).map((fd) => {
      try {
        return readlinkSync(`${folder}/${fd}`);
      } catch {
        return '';
      }
    });
  } catch {
    return [];
  }
}
