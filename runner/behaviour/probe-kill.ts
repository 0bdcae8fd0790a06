/** The process that answers is killed in the middle of its answer: what the client sees, and what comes after. */
import { setTimeout as delay } from 'node:timers/promises';
import type { StackRecord } from '../../results/schema/stack.ts';
import type { Capacity } from '../../servers/define.ts';
import { allPids, askedPids, busiest, nameOf, type Pids } from './app-processes.ts';
import { exchange, openExchange } from './exchange.ts';
import type { RawReply } from './raw-reply.ts';
import { type Asked, describeReply, type Sight, sight, statusWord } from './seen.ts';

const CHUNKS = 100;
const PAUSE_MS = 40;
/** A held answer begins only at its end: it is waited for no longer. Slow programs have started by then. */
const BEGIN_MS = 1_800;
/** The whole stream takes 4 s. */
const REPLY_MS = 9_000;
/** `chunk 1\n` … `chunk 100\n` */
const WHOLE_BYTES = 9 * 8 + 90 * 9 + 10;
const RECOVERY_MS = 5_000;
const TRY_EVERY_MS = 100;

export interface KillSubject extends Asked {
  readonly record: Pick<StackRecord, 'model'>;
  readonly groups: Pids;
  readonly capacity: Capacity;
}

/** Leaves the stack harmed: nothing can be asked of it afterwards. */
export async function probeKill(x: KillSubject): Promise<Sight> {
  const { endpoint, groups, signal, record, capacity } = x;
  const isCgi = record.model === 'cgi';
  const before = new Set(await allPids(groups));
  const asked = isCgi ? [] : await askedPids(x, capacity.processes * capacity.threads);
  const path = `/stream?chunks=${CHUNKS}&ms=${PAUSE_MS}`;
  const open = openExchange(endpoint, { method: 'GET', path, deadlineMs: REPLY_MS }, signal);
  try {
    await Promise.race([open.begun, delay(BEGIN_MS, undefined, { signal })]);
    const made = async () => (await allPids(groups)).filter((pid) => !before.has(pid));
    const named = async () => (await allPids(groups)).filter((pid) => asked.includes(pid));
    // Processes that share a socket: the one that streams may be one that never named itself.
    const names = new Set(asked.map(nameOf));
    const akin = async () => (await allPids(groups)).filter((pid) => names.has(nameOf(pid)));
    const pid = isCgi
      ? await busiest(made, signal)
      : ((await busiest(named, signal)) ?? (await busiest(akin, signal)));
    if (pid === null) {
      return sight(
        'kill',
        'unseen',
        `none of ${(await (isCgi ? made() : akin())).join(', ') || 'no process'} stood out while it streamed`,
      );
    }
    const name = nameOf(pid);
    process.kill(pid, 'SIGKILL');
    const reply = await open.reply;
    const recoveredMs = await recovery(x);
    const detail = `pid ${pid} (${name}) was killed; ${describeReply(reply)} of ${WHOLE_BYTES}; ${
      recoveredMs === null
        ? `no good answer within ${RECOVERY_MS} ms`
        : `answers again after ${Math.round(recoveredMs)} ms`
    }`;
    return sight('kill', `${wordOf(reply)}${recoveredMs === null ? ', down' : ''}`, detail);
  } finally {
    open.socket.destroy();
  }
}

function wordOf(reply: RawReply): string {
  if (reply.framing === 'cut' && reply.closed === 'by us') return 'hangs';
  if (reply.status !== 200) return reply.status === null ? 'cut' : statusWord(reply);
  if (reply.framing === 'cut') return 'cut';
  return reply.body.length === WHOLE_BYTES ? 'whole' : 'clean 200';
}

/** How long until the stack gives a good answer again; null: not within its time. */
async function recovery({ endpoint, signal }: Asked): Promise<number | null> {
  const begun = performance.now();
  while (performance.now() - begun < RECOVERY_MS) {
    const left = RECOVERY_MS - (performance.now() - begun);
    const reply = await exchange(endpoint, { method: 'GET', path: '/hello', deadlineMs: left }, signal);
    if (reply.status === 200) return performance.now() - begun;
    await delay(TRY_EVERY_MS, undefined, { signal });
  }
  return null;
}
