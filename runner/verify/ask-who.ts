/** Asks a stack which process answers, and looks at its processes while the request is held. */
import { setTimeout as delay } from 'node:timers/promises';
import { parseWho, type Who } from '../../servers/contract/shapes.ts';
import { get } from './ask.ts';
import type { Connection, ProcessReader } from './process-reader.ts';
import type { Subject } from './subject.ts';

/** A process for ever: pids are used again, start times with them are not. */
export const keyOf = (who: Pick<Who, 'pid' | 'start'>): string => `${who.pid}@${who.start}`;

export const describeWho = (who: Who): string => `pid ${who.pid} (started at tick ${who.start || 'unknown'})`;

/** @throws Error when the answer is not what `/who` answers */
export async function askWho(
  subject: Subject,
  onSent?: (localPort: number) => void,
  heldMs = 0,
): Promise<Who> {
  const reply = await subject.client.ask(get(heldMs === 0 ? '/who' : `/who?ms=${heldMs}`), onSent);
  const who = parseWho(reply.body.toString('utf8'));
  if (reply.status === 200 && typeof who !== 'string') return who;
  throw new Error(
    `GET /who answered with status ${reply.status}: ${typeof who === 'string' ? who : 'a right body'}`,
  );
}

/** A process of the stack as it was seen during a held request. */
export interface Seen {
  readonly start: string;
  readonly parent: number;
  readonly name: string;
}

export interface Held {
  readonly who: Who;
  /** The server's end of our connection; null: it was not found among the machine's connections. */
  readonly inode: number | null;
  readonly connection: Connection;
  /** Processes of the stack that had that end open. */
  readonly holders: readonly number[];
  /** Every process of the stack seen while the request was held, by pid. */
  readonly seen: ReadonlyMap<number, Seen>;
}

const LOOK_EVERY_MS = 15;

/** Sends `/who?ms=` and watches, until it answers, who holds our connection and which processes there are. */
export async function holdWho(subject: Subject, processes: ProcessReader, heldMs: number): Promise<Held> {
  const server = serverOf(subject);
  let localPort = 0;
  let isAnswered = false;
  const answer = askWho(
    subject,
    (port) => {
      localPort = port;
    },
    heldMs,
  ).finally(() => {
    isAnswered = true;
  });
  // Awaited below; without this a failure during a look would count as unhandled.
  answer.catch(() => undefined);

  const seen = new Map<number, Seen>();
  let inode: number | null = null;
  let holders: readonly number[] = [];
  while (!isAnswered) {
    const pids = await pidsOf(subject);
    for (const pid of pids) {
      const stat = processes.stat(pid);
      if (stat !== null && seen.get(pid)?.start !== stat.start) seen.set(pid, stat);
    }
    if (localPort > 0 && holders.length === 0) {
      inode = await processes.serverInode({ server, client: { address: server.address, port: localPort } });
      if (inode !== null) holders = await processes.holders(inode, pids);
    }
    await Promise.race([answer.catch(() => undefined), delay(LOOK_EVERY_MS)]);
  }
  const connection = { server, client: { address: server.address, port: localPort } };
  return { who: await answer, inode, connection, holders, seen };
}

/** Every process of the stack now. */
export async function pidsOf({ groups }: Subject): Promise<number[]> {
  return [...(await groups.group('host').pids()), ...(await groups.group('backend').pids())];
}

function serverOf({ endpoint }: Subject): Connection['server'] {
  const { hostname, port } = new URL(endpoint.origin);
  return { address: hostname, port: Number(port) };
}
