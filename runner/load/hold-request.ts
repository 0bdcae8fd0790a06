import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { ROLES } from '../../core/words.ts';
import type { Who } from '../../servers/contract/shapes.ts';
import type { StackGroups } from '../process/group.ts';
import { readStat } from '../process/proc.ts';
import { pause } from '../process/wait.ts';
import type { Endpoint } from '../stack.ts';
import { askWho } from './plain-request.ts';

/** A request that is being slept on: its process can be weighed meanwhile. Dispose waits for its end. */
export interface HeldRequest extends AsyncDisposable {
  /** The process that came with the request, once it sleeps; null: none came, or it could not be told. */
  readonly pid: number | null;
  /** What the process says of itself when it wakes; null: the request failed. */
  readonly answered: Promise<Who | null>;
}

const LOOK_EVERY_MS = 25;
/** A process asleep with the same CPU time at this many looks in a row has done its set-up. */
const QUIET_LOOKS = 3;
/** Beyond the hold itself, for a program that is slow to start. */
const ANSWER_MARGIN_MS = 20_000;

/**
 * Starts one `/who?ms=` and finds the process that was created for it: for models whose processes live too
 * short to be sampled. Nothing else must be asked of the stack meanwhile.
 */
export async function holdRequest(
  endpoint: Endpoint,
  ms: number,
  x: { readonly groups: StackGroups; readonly signal: AbortSignal },
): Promise<HeldRequest> {
  const before = new Set(await pidsOf(x.groups));
  const agent = new Agent({ keepAlive: false });
  const timeoutMs = ms + ANSWER_MARGIN_MS;
  const answered = askWho(endpoint, ms, { agent, signal: x.signal, timeoutMs })
    .catch(() => null)
    .finally(() => agent.destroy());
  let hasAnswered = false;
  void answered.then(() => {
    hasAnswered = true;
  });

  let last: string | null = null;
  let looks = 0;
  let pid: number | null = null;
  while (!hasAnswered && pid === null) {
    await pause(LOOK_EVERY_MS, x.signal);
    const candidate = newestLeaf((await pidsOf(x.groups)).filter((each) => !before.has(each)));
    const now = candidate === null ? null : await sleeping(candidate);
    looks = now !== null && now === last ? looks + 1 : 1;
    last = now;
    if (now !== null && looks >= QUIET_LOOKS) pid = candidate;
  }
  return {
    pid,
    answered,
    async [Symbol.asyncDispose]() {
      await answered;
    },
  };
}

async function pidsOf(groups: StackGroups): Promise<number[]> {
  return (await Promise.all(ROLES.map((role) => groups.group(role).pids()))).flat();
}

/** The process that has no child among the others; the latest born of several. */
function newestLeaf(pids: readonly number[]): number | null {
  const stats = pids.map(readStat).filter((stat) => stat !== null);
  const parents = new Set(stats.map((stat) => stat.parent));
  const leaves = stats.filter((stat) => !parents.has(stat.pid));
  leaves.sort((a, b) => Number(b.startTicks) - Number(a.startTicks) || b.pid - a.pid);
  return leaves[0]?.pid ?? null;
}

/** Pid with CPU time so far, when the process sleeps; null otherwise. */
async function sleeping(pid: number): Promise<string | null> {
  if (readStat(pid)?.state !== 'S') return null;
  try {
    const [onCpuNs] = (await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ');
    return `${pid} ${onCpuNs}`;
  } catch {
    return null;
  }
}
