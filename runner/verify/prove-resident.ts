/** Proof that a process that lives on answers: inside the host (embedded), or beside it (daemon, pool). */
import type { Check } from '../../results/schema/records.ts';
import { askWho, describeWho, type Held, holdWho, keyOf } from './ask-who.ts';
import { disproved, proven } from './checks.ts';
import type { ProcessReader } from './process-reader.ts';
import { answeringRole, type Subject } from './subject.ts';

/** How long the request is held while sockets are looked at. */
const HELD_MS = 300;
const HELD_SHORTLY_MS = 60;
const LONGEST_HELD_MS = 5_000;

/** Twice the slots and some: more than any server keeps processes, so that one must answer twice. */
const enoughRequests = (slots: number): number => 2 * slots + 4;

export async function proveResident(subject: Subject, isQuick: boolean): Promise<Check[]> {
  const { processes } = subject;
  if (processes === null) return [await proveRepeats(subject)];
  const held = await catchHeld(subject, processes, isQuick ? HELD_SHORTLY_MS : HELD_MS);
  const checks = [proveSocket(subject, held, processes), await proveRole(subject, held)];
  return isQuick ? checks : [...checks, await proveRepeats(subject)];
}

/** A busy machine may answer before we have looked: then it is held again, for longer. That is no evidence either way. */
async function catchHeld(subject: Subject, processes: ProcessReader, firstMs: number): Promise<Held> {
  let held = await holdWho(subject, processes, firstMs);
  for (let ms = 4 * HELD_MS; ms <= LONGEST_HELD_MS && held.holders.length === 0; ms *= 2) {
    held = await holdWho(subject, processes, ms);
  }
  return held;
}

/** Only the socket tells a daemon that is the server's own child from the server (mod_wsgi's daemons look alike). */
function proveSocket(
  subject: Subject,
  { who, inode, connection, holders }: Held,
  processes: ProcessReader,
): Check {
  const check = 'model: who holds our connection';
  const { client, server } = connection;
  const ends = `${client.address}:${client.port} → ${server.address}:${server.port}`;
  if (inode === null)
    return disproved(check, `the server's end of ${ends} was not found while the request was held`);
  const names = holders.map((pid) => `${pid} (${processes.stat(pid)?.name ?? 'gone'})`).join(', ');
  if (holders.length === 0) {
    return disproved(check, `no process of the stack holds the server's end of ${ends} (inode ${inode})`);
  }
  const isHolder = holders.includes(who.pid);
  const isEmbedded = subject.stack.record.model === 'embedded';
  const fact = `${describeWho(who)} answered; the server's end of ${ends} (inode ${inode}) is held by pid ${names}`;
  if (isHolder === isEmbedded) return proven(check, fact);
  const wanted = isEmbedded
    ? 'the process that answers must hold it'
    : 'another process than the one that answers must hold it';
  return disproved(check, `${fact}; as ${subject.stack.record.model}, ${wanted}`);
}

async function proveRole(subject: Subject, { who }: Held): Promise<Check> {
  const check = 'model: whose process answers';
  const role = answeringRole(subject);
  const pids = await subject.groups.group(role).pids();
  const fact = `${describeWho(who)} answered; the ${role}'s processes are ${pids.join(', ') || 'none'}`;
  return pids.includes(who.pid) ? proven(check, fact) : disproved(check, fact);
}

/** The same process answers again, and knows that it does. */
async function proveRepeats(subject: Subject): Promise<Check> {
  const check = 'model: the same process answers again';
  const most = enoughRequests(Math.max(1, subject.capacity.processes * subject.capacity.threads));
  const counts = new Map<string, number>();
  for (let asked = 1; asked <= most; asked += 1) {
    const who = await askWho(subject);
    const before = counts.get(keyOf(who));
    if (before !== undefined && who.requests > before) {
      return proven(check, `${describeWho(who)} had served ${before} requests, then ${who.requests}`);
    }
    if (before !== undefined) {
      return disproved(
        check,
        `${describeWho(who)} answered twice, counting ${before} requests and then ${who.requests}`,
      );
    }
    counts.set(keyOf(who), who.requests);
  }
  return disproved(check, `${most} requests were answered by ${counts.size} processes, none of them twice`);
}
