/** Defaults of the command line that a user can see. */
import type { Limits } from '../../servers/define.ts';

/** Given alike to every server: longer than any contract request, and the largest body of the contract. */
export const LIMITS: Limits = { requestTimeoutMs: 60_000, bodyBytes: 64 * 1024 * 1024 };

/** `lab run all` without --budget, where real servers are there. */
export const ALL_BUDGET_MS = 20 * 60_000;

/** The same where only the gateway is there: under 5 minutes, with room for what a plan cannot know. */
export const GATEWAY_BUDGET_MS = 4 * 60_000;
