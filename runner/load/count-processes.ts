import { Agent } from 'node:http';
import { LabError, messageOf } from '../../core/errors.ts';
import type { Endpoint } from '../stack.ts';
import { askWho, processKey } from './plain-request.ts';

/** Longest time one `/who` may take. */
const TIMEOUT_MS = 30_000;

/**
 * Processes per request, from a planned series of `/who` at one connection: 1.00 where each
 * request has a process of its own, near 0 where processes live on.
 * @throws LabError E_CONTRACT when an answer is not one of `/who`
 */
export async function countProcesses(x: {
  readonly endpoint: Endpoint;
  readonly requests: number;
  readonly signal: AbortSignal;
}): Promise<{ requests: number; distinct: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const seen = new Set<string>();
  try {
    for (let sent = 0; sent < x.requests; sent += 1) {
      seen.add(processKey(await askWho(x.endpoint, 0, { agent, signal: x.signal, timeoutMs: TIMEOUT_MS })));
    }
  } catch (cause) {
    x.signal.throwIfAborted();
    throw new LabError('E_CONTRACT', messageOf(cause), { facts: { series: x.requests }, cause });
  } finally {
    agent.destroy();
  }
  return { requests: x.requests, distinct: seen.size };
}
