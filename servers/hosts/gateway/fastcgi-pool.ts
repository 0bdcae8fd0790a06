/** Kept connections to one FastCGI responder. */
import type { Listen } from '../../define.ts';
import { QUEUE_LIMIT } from './config.ts';
import { FastcgiConnection } from './fastcgi-connection.ts';
import { Slots } from './slots.ts';

/** A responder that does not accept within this time is given up (docs/conformance.md, C70). */
export const CONNECT_TIMEOUT_MS = 3_000;

export class FastcgiPool {
  readonly #upstream: Listen;
  readonly #keep: boolean;
  readonly #slots: Slots;
  /** Connections with a request under way; each holds a slot until it is idle again or closed. */
  readonly #busy = new Set<FastcgiConnection>();
  /** Last used first: the fewest connections are kept busy. */
  readonly #idle: FastcgiConnection[] = [];

  /** Never more than `limit` connections: a responder may give each a thread of its own. */
  constructor(upstream: Listen, keep: boolean, limit: number, queueLimit = QUEUE_LIMIT) {
    this.#upstream = upstream;
    this.#keep = keep;
    this.#slots = new Slots(limit, queueLimit);
  }

  /** As `Slots.take`; `use` gets a connection that is kept or new, and begins a request on it. */
  take(use: (connection: FastcgiConnection) => void): 'started' | 'full' | (() => void) {
    return this.#slots.take(() => {
      let connection = this.#idle.pop();
      // One that has just been closed by the responder: nothing was sent, so there is nothing to lose.
      while (connection?.broken === true) connection = this.#idle.pop();
      connection ??= this.#open();
      this.#busy.add(connection);
      use(connection);
    });
  }

  /** A new connection in place of one that broke. */
  replace(broken: FastcgiConnection): FastcgiConnection {
    this.#busy.delete(broken);
    const connection = this.#open();
    this.#busy.add(connection);
    return connection;
  }

  close(): void {
    for (const connection of [...this.#busy, ...this.#idle]) connection.close();
  }

  #open(): FastcgiConnection {
    return new FastcgiConnection(this.#upstream, this.#keep, CONNECT_TIMEOUT_MS, {
      idle: (each) => {
        this.#idle.push(each);
        this.#release(each);
      },
      closed: (each) => {
        const at = this.#idle.indexOf(each);
        if (at !== -1) this.#idle.splice(at, 1);
        this.#release(each);
      },
    });
  }

  #release(connection: FastcgiConnection): void {
    if (this.#busy.delete(connection)) this.#slots.release();
  }
}
