/** A fixed number of slots and a bounded queue in front of them. */

export class Slots {
  readonly #limit: number;
  readonly #queueLimit: number;
  readonly #queue = new Set<() => void>();
  #taken = 0;

  constructor(limit: number, queueLimit: number) {
    this.#limit = limit;
    this.#queueLimit = queueLimit;
  }

  get taken(): number {
    return this.#taken;
  }

  /**
   * Calls `start` at once (`started`), or when a slot is free, first come first served: then returns how to
   * leave the queue. `full`: the queue is, and `start` will never be called. Whoever was started calls
   * `release` once.
   */
  take(start: () => void): 'started' | 'full' | (() => void) {
    if (this.#taken < this.#limit) {
      this.#taken += 1;
      start();
      return 'started';
    }
    if (this.#queue.size >= this.#queueLimit) return 'full';
    this.#queue.add(start);
    return () => this.#queue.delete(start);
  }

  release(): void {
    for (const next of this.#queue) {
      this.#queue.delete(next);
      next();
      return;
    }
    this.#taken -= 1;
  }
}
