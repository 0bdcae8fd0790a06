/**
 * A recording relay: stands between a connector and its backend, hands every byte on, and remembers which came when.
 * It reads nothing into the bytes, so it serves FastCGI, SCGI, uwsgi and HTTP alike.
 */
import { chmodSync, chownSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import type { Listen, Site } from '../../servers/define.ts';
import { nowUs } from './clock.ts';

export interface RelayedPiece {
  /** there: to the backend. */
  readonly direction: 'there' | 'back';
  readonly atUs: number;
  readonly bytes: Buffer;
}

export interface RelayedConnection {
  readonly openedUs: number;
  readonly pieces: readonly RelayedPiece[];
}

export interface Relay extends AsyncDisposable {
  /** Where the connector connects to. */
  readonly listen: Listen;
  /** Where the backend listens. */
  readonly target: Listen;
  /** In the order in which they were opened. */
  readonly connections: readonly RelayedConnection[];
}

/** Name of the relay's socket in the site. */
export const RELAY_SOCKET = 'seen.sock';
/** What is remembered of one connection; more is handed on all the same. */
const MOST_BYTES = 1024 * 1024;

/** Listens on the same kind of address as the backend, in the same site, for the same user. */
export async function openRelay(target: Listen, site: Pick<Site, 'dir' | 'user'>): Promise<Relay> {
  const connections: { openedUs: number; pieces: RelayedPiece[] }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (front) => {
    const connection = { openedUs: nowUs(), pieces: [] };
    connections.push(connection);
    const back = connectTo(target);
    joinSockets(front, back, connection.pieces);
    for (const socket of [front, back]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  const listen = await listenLike(target, site, server);
  return {
    listen,
    target,
    connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function connectTo(target: Listen): Socket {
  const options = { allowHalfOpen: true, noDelay: true };
  return target.kind === 'unix'
    ? createConnection({ ...options, path: target.path })
    : createConnection({ ...options, host: target.address, port: target.port });
}

/** Joins two sockets, each half by itself: an end on one side is an end on the other, and so is a failure. */
function joinSockets(front: Socket, back: Socket, pieces: RelayedPiece[]): void {
  let room = MOST_BYTES;
  const tap = (direction: RelayedPiece['direction']) => (bytes: Buffer) => {
    if (room <= 0) return;
    room -= bytes.length;
    pieces.push({ direction, atUs: nowUs(), bytes });
  };
  front.on('data', tap('there'));
  back.on('data', tap('back'));
  front.pipe(back);
  back.pipe(front);
  front.on('error', () => back.destroy());
  back.on('error', () => front.destroy());
  front.on('close', () => back.destroy());
  back.on('close', () => front.destroy());
}

async function listenLike(target: Listen, site: Pick<Site, 'dir' | 'user'>, server: Server): Promise<Listen> {
  const path = join(site.dir, RELAY_SOCKET);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (target.kind === 'unix') server.listen(path, resolve);
    else server.listen(0, target.address, resolve);
  });
  if (target.kind === 'unix') {
    if (site.user !== null) chownSync(path, site.user.uid, site.user.gid);
    chmodSync(path, 0o600);
    return { kind: 'unix', path };
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new LabError('E_INTERNAL', 'a relay has no port');
  return { kind: 'tcp', address: target.address, port: bound.port };
}
