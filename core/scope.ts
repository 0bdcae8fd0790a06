/**
 * A scope owns several disposables and releases them in reverse order.
 * (Node 20 has no AsyncDisposableStack.)
 */
export class Scope implements AsyncDisposable {
  readonly #releases: (() => unknown)[] = [];

  /** Registers a disposable and returns it. */
  use<T extends AsyncDisposable>(resource: T): T {
    this.#releases.push(() => resource[Symbol.asyncDispose]());
    return resource;
  }

  /** Registers a release function. */
  defer(release: () => unknown): void {
    this.#releases.push(release);
  }

  /** Releases everything, last first. Every release runs; the first failure is thrown at the end. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (let release = this.#releases.pop(); release !== undefined; release = this.#releases.pop()) {
      try {
        await release();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
