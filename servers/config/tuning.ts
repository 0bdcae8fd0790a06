/**
 * Settings that every real server and backend is given alike, so that stacks differ in how they hand a request
 * on and in nothing else.
 */
import type { Capacity } from '../define.ts';

/** How long an idle client connection is kept. Short: a prefork worker serves nobody else meanwhile. */
export const KEEP_ALIVE_MS = 5_000;

/** How long a server keeps an idle connection to its backend. Shorter than backends keep it, so none is stale. */
export const UPSTREAM_IDLE_MS = 3_000;

/** How long a backend keeps an idle connection from its server. */
export const BACKEND_KEEP_ALIVE_MS = 75_000;

/** Waiting connections a listener may hold. */
export const BACKLOG = 511;

/** Workers of a server that only hands requests on: as many as nginx and lighttpd get. */
export const FRONT_PROCESSES = 2;

/** Time that a server has to end by itself after its graceful signal. */
export const STOP_GRACE_MS = 5_000;

/** How many requests a stack can work on at once. */
export function slotsOf(capacity: Capacity): number {
  return capacity.processes * capacity.threads;
}
