/** Proof that each request has a process of its own, that the right one starts it, and that it goes. */
import type { Check } from '../../results/schema/records.ts';
import type { Who } from '../../servers/contract/shapes.ts';
import { waitUntil } from '../process/wait.ts';
import { get } from './ask.ts';
import { askWho, describeWho, holdWho, keyOf, pidsOf, type Seen } from './ask-who.ts';
import { disproved, proven } from './checks.ts';
import type { ProcessReader } from './process-reader.ts';
import { answeringRole, type Subject } from './subject.ts';

const SERIES = 3;
const SERIES_QUICK = 2;
const HELD_MS = 300;
/** A busy machine may answer before we have looked: then a request is held again, for longer. */
const HOLDS_MS = [HELD_MS, 4 * HELD_MS, 12 * HELD_MS] as const;
/** A process that answered is gone within this time. */
const GONE_MS = 1_000;
const LOOK_EVERY_MS = 10;

export async function proveCgi(subject: Subject, isQuick: boolean): Promise<Check[]> {
  const series: Who[] = [];
  for (let index = 0; index < (isQuick ? SERIES_QUICK : SERIES); index += 1)
    series.push(await askWho(subject));
  const distinct = proveDistinct(series);
  const last = series.at(-1);
  if (subject.processes === null || last === undefined) return [distinct];
  const gone = await proveGone(subject, last, subject.processes);
  return isQuick ? [distinct, gone] : [distinct, gone, await proveParent(subject, subject.processes)];
}

function proveDistinct(series: readonly Who[]): Check {
  const check = 'model: another process each time';
  const fact = `${series.length} requests were answered by ${series.map(describeWho).join(', ')}`;
  if (new Set(series.map(keyOf)).size < series.length) return disproved(check, fact);
  const again = series.find((who) => who.requests !== 1);
  if (again === undefined) return proven(check, fact);
  return disproved(check, `${describeWho(again)} says that it has served ${again.requests} requests`);
}

async function proveGone(subject: Subject, who: Who, processes: ProcessReader): Promise<Check> {
  const check = 'model: the process goes';
  const since = performance.now();
  const isGone = await waitUntil(() => processes.stat(who.pid)?.start !== who.start, {
    deadlineMs: GONE_MS,
    everyMs: LOOK_EVERY_MS,
    signal: subject.signal,
  });
  const waitedMs = Math.round(performance.now() - since);
  return isGone
    ? proven(check, `${describeWho(who)} was gone ${waitedMs} ms after its answer`)
    : disproved(check, `${describeWho(who)} was still there ${waitedMs} ms after its answer`);
}

async function proveParent(subject: Subject, processes: ProcessReader): Promise<Check> {
  const check = 'model: who starts the process';
  let missed = '';
  for (const ms of HOLDS_MS) {
    const { who, seen } = await holdWho(subject, processes, ms);
    const child = seen.get(who.pid);
    if (child?.start === who.start) {
      return parentVerdict(check, subject, `${describeWho(who)} was started by`, child);
    }
    missed = describeWho(who);
  }
  return disproved(check, `${missed} was not among the stack's processes while it answered`);
}

async function parentVerdict(check: string, subject: Subject, said: string, child: Seen): Promise<Check> {
  const role = answeringRole(subject);
  const pids = await subject.groups.group(role).pids();
  const name = subject.processes?.stat(child.parent)?.name ?? 'gone';
  const fact = `${said} pid ${child.parent} (${name}); the ${role}'s processes are ${pids.join(', ') || 'none'}`;
  return pids.includes(child.parent) ? proven(check, fact) : disproved(check, fact);
}

/** Requests after which a short-lived process must have been caught in the act. */
const CATCHES = 300;

/**
 * The same for a floor, which cannot say who it is: the stack's processes are watched during requests, until one is
 * caught that was not there at rest, was started by the right process, and is gone a moment later.
 */
export async function proveFloor(subject: Subject): Promise<Check[]> {
  const check = 'model: a process for a request';
  const { processes } = subject;
  if (processes === null) return [proven(check, 'not provable here: this system does not tell of processes')];
  const atRest = new Set(await pidsOf(subject));
  for (let asked = 1; asked <= CATCHES; asked += 1) {
    const caught = await catchChild(subject, processes, atRest);
    if (caught === null) continue;
    const [pid, seen] = caught;
    const who = { pid, start: seen.start, requests: 1 };
    const said = `after ${asked} request${asked === 1 ? '' : 's'} ${describeWho(who)} was caught; it was started by`;
    return [await parentVerdict(check, subject, said, seen), await proveGone(subject, who, processes)];
  }
  return [disproved(check, `no process but those at rest was seen during ${CATCHES} requests`)];
}

async function catchChild(
  subject: Subject,
  processes: ProcessReader,
  atRest: ReadonlySet<number>,
): Promise<readonly [pid: number, seen: Seen] | null> {
  let isAnswered = false;
  const answer = subject.client.ask(get('/hello')).finally(() => {
    isAnswered = true;
  });
  answer.catch(() => undefined);
  let caught: readonly [number, Seen] | null = null;
  while (!isAnswered && caught === null) {
    for (const pid of await pidsOf(subject)) {
      const stat = atRest.has(pid) ? null : processes.stat(pid);
      if (stat !== null) caught = [pid, stat];
    }
    // Lets the answer in: reading a cgroup may never yield to the event loop for long.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await answer;
  return caught;
}
