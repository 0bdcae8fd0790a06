/** Where a measured program listens, as an argument: `unix:/path`, `tcp:ADDRESS:PORT`, `fd:0`. */
import type { ListenOptions, Server } from 'node:net';

/** Kernel queue of connections not yet accepted; the same for all of the lab's own servers. */
export const BACKLOG = 511;

/** @throws when the text names no place. */
export function parseListen(text: string): ListenOptions & { fd?: number } {
  const unix = /^unix:(\/.+)$/.exec(text)?.[1];
  if (unix !== undefined) return { path: unix, backlog: BACKLOG };
  const tcp = /^tcp:(.+):([0-9]{1,5})$/.exec(text);
  if (tcp !== null) return { host: tcp[1] ?? '', port: Number(tcp[2]), backlog: BACKLOG };
  const fd = /^fd:([0-9]+)$/.exec(text)?.[1];
  if (fd !== undefined) return { fd: Number(fd), backlog: BACKLOG };
  throw new Error(`"${text}" is not unix:/path, tcp:ADDRESS:PORT or fd:N`);
}

/** Listens, and resolves when connections are accepted. */
export function listen(server: Server, at: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
