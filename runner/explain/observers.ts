/** The onlookers of one launch: what `launchStack` is given, and what outlives the stack. */
import type { Observe } from '../observe.ts';
import { observeApp } from './app-observer.ts';
import { openRelay, type Relay } from './relay.ts';

export interface Observers extends AsyncDisposable {
  readonly observe: Observe;
  /** The relay before the backend; null: the stack has no backend that the lab starts. */
  relay(): Relay | null;
}

export function openObservers(): Observers {
  // A launch that lost its port is tried again: the last relay is the one in use.
  const relays: Relay[] = [];
  return {
    observe: {
      app: observeApp,
      async upstream(listen, site) {
        const relay = await openRelay(listen, site);
        relays.push(relay);
        return relay.listen;
      },
    },
    relay: () => relays.at(-1) ?? null,
    async [Symbol.asyncDispose]() {
      await Promise.all(relays.map((relay) => relay[Symbol.asyncDispose]()));
    },
  };
}
