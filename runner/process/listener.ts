/** A listening socket opened here and handed to a program as its descriptor 0 (FCGI_LISTENSOCK_FILENO). */
import { chmodSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { LabError, messageOf } from '../../core/errors.ts';
import type { Listen } from '../../servers/define.ts';

/** Deep enough for every connection of a load: what does not fit is refused, and counted as an error. */
const BACKLOG = 1_024;

export interface Listener {
  readonly fd: number;
  /** Gives up the lab's own copy. Call it in the same turn as the spawn: until then the lab would accept. */
  release(): void;
}

export async function openListener(listen: Listen): Promise<Listener> {
  const server = createServer();
  // libuv removes a socket's file when it closes its copy, by the name it was bound to: so the file is renamed.
  const boundPath = listen.kind === 'unix' ? `${listen.path}~` : null;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new LabError('E_PLACE', `cannot listen for a program: ${messageOf(cause)}`, {
          facts: { address: describeListen(listen) },
          cause,
        }),
      );
    });
    if (boundPath !== null) server.listen({ path: boundPath, backlog: BACKLOG }, resolve);
    else if (listen.kind === 'tcp') {
      server.listen({ host: listen.address, port: listen.port, backlog: BACKLOG }, resolve);
    }
  });
  if (listen.kind === 'unix' && boundPath !== null) {
    // Reachable for the host's user; the folder around it is private.
    chmodSync(boundPath, 0o666);
    renameSync(boundPath, listen.path);
  }
  const fd = descriptorOf(server);
  return { fd, release: () => server.close() };
}

export function describeListen(listen: Listen): string {
  return listen.kind === 'unix' ? `unix:${listen.path}` : `${listen.address}:${listen.port}`;
}

/** Node tells a server's descriptor only through its handle. */
function descriptorOf(server: object): number {
  const handle: unknown = Reflect.get(server, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  if (typeof fd !== 'number' || fd < 0) {
    throw new LabError('E_INTERNAL', 'this Node does not tell the descriptor of a listening socket');
  }
  return fd;
}
