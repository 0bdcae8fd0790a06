/** Waiting for a state, never sleeping and hoping. */
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Looks every `everyMs` until `look` is true (→ true) or `deadlineMs` have passed (→ false).
 * Throws the signal's reason when aborted.
 */
export async function waitUntil(
  look: () => boolean | Promise<boolean>,
  x: { readonly deadlineMs: number; readonly everyMs: number; readonly signal?: AbortSignal },
): Promise<boolean> {
  const end = performance.now() + x.deadlineMs;
  for (;;) {
    x.signal?.throwIfAborted();
    if (await look()) return true;
    if (performance.now() >= end) return false;
    await pause(x.everyMs, x.signal);
  }
}

/** Throws the signal's own reason, where node:timers would throw an AbortError of its own. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? undefined : { signal });
  } catch (failure) {
    signal?.throwIfAborted();
    throw failure;
  }
}
