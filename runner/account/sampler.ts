/** Looks at a role's memory and processes now and then while a window is open. */
import type { ResourceGroup } from '../process/group.ts';
import { pssSum } from './memory.ts';

export interface Samples {
  readonly pssBytes: number | null;
  readonly processesMax: number | null;
}

/** A reading costs about 1 ms a process, which must stay below 1 % of a core. */
const COST_RATIO = 0.01;
const FASTEST_MS = 1_000;
const SLOWEST_MS = 30_000;

/** One sample at once, one at the end, and those between at most once a second. */
export class Sampler {
  readonly #groups: readonly ResourceGroup[];
  readonly #most: { pssBytes: number | null; processesMax: number | null }[];
  #timer: NodeJS.Timeout | null = null;
  #under: Promise<void> = Promise.resolve();

  private constructor(groups: readonly ResourceGroup[]) {
    this.#groups = groups;
    this.#most = groups.map(() => ({ pssBytes: null, processesMax: null }));
  }

  static async start(groups: readonly ResourceGroup[]): Promise<Sampler> {
    const sampler = new Sampler(groups);
    const costMs = await sampler.#sample();
    sampler.#schedule(costMs);
    return sampler;
  }

  /** No more samples; waits for one that is under way. */
  async halt(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#under;
  }

  /** The last sample, and the largest of all: one for each group, then of their sums. */
  async finish(): Promise<readonly Samples[]> {
    await this.halt();
    await this.#sample();
    return this.#most;
  }

  #schedule(costMs: number): void {
    const everyMs = Math.min(SLOWEST_MS, Math.max(FASTEST_MS, costMs / COST_RATIO));
    this.#timer = setTimeout(() => {
      this.#under = this.#sample().then((cost) => {
        if (this.#timer !== null) this.#schedule(cost);
      });
    }, everyMs);
    this.#timer.unref();
  }

  async #sample(): Promise<number> {
    const begun = performance.now();
    for (const [at, group] of this.#groups.entries()) {
      const most = this.#most[at];
      if (most === undefined) continue;
      const pids = await group.pids();
      const pssBytes = await pssSum(pids);
      if (pssBytes !== null) most.pssBytes = Math.max(most.pssBytes ?? 0, pssBytes);
      most.processesMax = Math.max(most.processesMax ?? 0, pids.length);
    }
    return performance.now() - begun;
  }
}
