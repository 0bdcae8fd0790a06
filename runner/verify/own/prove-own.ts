/**
 * Proof of the model for an app that cannot say which process answers: its requests are sent, and the stack's
 * processes are watched.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Check } from '../../../results/schema/records.ts';
import type { OwnRequest } from '../../../servers/define.ts';
import { waitUntil } from '../../process/wait.ts';
import { pidsOf } from '../ask-who.ts';
import { modelOfChain } from '../chain.ts';
import { disproved, proven, verdict } from '../checks.ts';
import type { ProcessReader } from '../process-reader.ts';
import { answeringRole, type Subject } from '../subject.ts';
import { judgeRuns, type ProcessRun } from './judge-runs.ts';
import { questionOf } from './record.ts';

/** Short-lived processes that must be caught, and the requests after which that has failed. */
const CATCHES = 3;
const CATCH_REQUESTS = 200;
const CATCH_DEADLINE_MS = 20_000;
const GONE_MS = 2_000;
const LOOK_EVERY_MS = 10;

/** Requests of the series that residents are watched over. */
const SERIES = 24;
const SERIES_TRIES = 3;
/** Requests before it: servers start their processes at the first ones. */
const BEFORE_SERIES = 8;
/** Idle: woken no more than this between two looks, by timers. */
const IDLE_RUNS = 3;
const IDLE_LOOK_MS = 150;
const IDLE_DEADLINE_MS = 10_000;
/** A thread that just answered writes its log and goes to sleep. */
const SETTLE_MS = 30;

export async function proveOwnModel(
  subject: Subject,
  request: OwnRequest,
  extent: 'full' | 'spot',
): Promise<Check[]> {
  const { record } = subject.stack;
  const chain = modelOfChain(subject.stack);
  const isChain = chain === record.model;
  const checks = [
    verdict(
      'model: chain',
      'model',
      isChain ? null : `the chain ${record.pipeline.join(' → ')} is ${chain}, not ${record.model}`,
    ),
  ];
  const { processes } = subject;
  if (extent === 'spot' || record.model === 'static') return checks;
  if (processes === null) {
    return [
      ...checks,
      proven('model: processes', 'not provable here: this system does not tell of processes and sockets'),
    ];
  }
  return [
    ...checks,
    ...(record.model === 'cgi'
      ? await proveShortLived(subject, request, processes)
      : [await proveWhoRuns(subject, request, processes)]),
  ];
}

interface Child {
  readonly pid: number;
  readonly start: string;
  readonly parent: number;
  readonly name: string;
}

/** Processes that were not there at rest, were started by one that was, and go when the answer is out. */
async function proveShortLived(
  subject: Subject,
  request: OwnRequest,
  processes: ProcessReader,
): Promise<Check[]> {
  const check = 'model: a process for a request';
  const atRest = new Set(await pidsOf(subject));
  const caught: Child[] = [];
  let asked = 0;
  const endMs = performance.now() + CATCH_DEADLINE_MS;
  while (caught.length < CATCHES && asked < CATCH_REQUESTS && performance.now() < endMs) {
    asked += 1;
    const child = await catchChild(subject, request, processes, atRest, caught);
    if (child !== null) caught.push(child);
  }
  const last = caught.at(-1);
  if (last === undefined)
    return [disproved(check, `no process but those at rest was seen during ${asked} requests`)];
  const role = answeringRole(subject);
  const parents = [
    ...new Set(caught.map(({ parent }) => `${parent} (${processes.stat(parent)?.name ?? 'gone'})`)),
  ];
  const fact = `watching the processes during ${asked} requests caught ${caught.map(({ pid, name }) => `${pid} (${name})`).join(', ')}, started by the ${role}'s ${parents.join(', ')}`;
  if (caught.length < CATCHES) return [disproved(check, `${fact}: fewer than ${CATCHES}`)];
  return [proven(check, fact), await proveGone(subject, caught, processes)];
}

async function catchChild(
  subject: Subject,
  request: OwnRequest,
  processes: ProcessReader,
  atRest: ReadonlySet<number>,
  /** Caught before: one that answered may take a moment to go. */
  known: readonly Child[],
): Promise<Child | null> {
  let isAnswered = false;
  const answer = subject.client.ask(questionOf(request)).finally(() => {
    isAnswered = true;
  });
  answer.catch(() => undefined);
  let caught: Child | null = null;
  while (!isAnswered && caught === null) {
    for (const pid of await pidsOf(subject)) {
      const stat = atRest.has(pid) ? null : processes.stat(pid);
      // A program may start others: only those that the server itself starts count.
      if (stat === null || !atRest.has(stat.parent)) continue;
      if (!known.some((child) => child.pid === pid && child.start === stat.start))
        caught ??= { pid, ...stat };
    }
    // Lets the answer in: reading a cgroup may never yield to the event loop for long.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await answer;
  return caught;
}

async function proveGone(
  subject: Subject,
  children: readonly Child[],
  processes: ProcessReader,
): Promise<Check> {
  const check = 'model: the processes go';
  const left = () => children.filter(({ pid, start }) => processes.stat(pid)?.start === start);
  const isGone = await waitUntil(() => left().length === 0, {
    deadlineMs: GONE_MS,
    everyMs: LOOK_EVERY_MS,
    signal: subject.signal,
  });
  if (isGone) return proven(check, `all ${children.length} were gone after their answers`);
  return disproved(
    check,
    `pid ${left()
      .map(({ pid }) => pid)
      .join(', ')} was still there ${GONE_MS} ms after its answer`,
  );
}

/** Which processes ran while requests were answered, and which of them held our connection. */
async function proveWhoRuns(subject: Subject, request: OwnRequest, processes: ProcessReader): Promise<Check> {
  const check = 'model: which processes run for requests';
  let judged = await watchSeries(subject, request, processes);
  // On a busy machine workers may look idle while they still wait for a CPU to import the app.
  for (let again = 1; !judged.ok && again < SERIES_TRIES; again += 1) {
    judged = await watchSeries(subject, request, processes);
  }
  return judged.ok ? proven(check, judged.fact) : disproved(check, judged.fact);
}

async function watchSeries(
  subject: Subject,
  request: OwnRequest,
  processes: ProcessReader,
): Promise<ReturnType<typeof judgeRuns>> {
  const question = questionOf(request);
  for (let sent = 0; sent < BEFORE_SERIES; sent += 1) await subject.client.ask(question);
  await waitUntilIdle(subject, processes);
  const before = await look(subject, processes);
  const holders = new Set<number>();
  let isSocketSeen = true;
  for (let sent = 0; sent < SERIES; sent += 1) {
    const reply = await subject.client.ask(question);
    const found = isSocketSeen ? await holdersOf(subject, reply.localPort, processes) : [];
    // A server that closes each connection leaves nothing to look up.
    if (sent > 1 && holders.size === 0 && found.length === 0) isSocketSeen = false;
    for (const pid of found) holders.add(pid);
  }
  await delay(SETTLE_MS);
  const after = await look(subject, processes);
  const runs: ProcessRun[] = [...after].map(([pid, now]) => ({
    pid,
    name: now.name,
    role: now.role,
    isNew: !before.has(pid),
    runs: now.runs - (before.get(pid)?.runs ?? 0),
    holdsConnection: holders.has(pid),
  }));
  return judgeRuns({
    model: subject.stack.record.model,
    requests: SERIES,
    runs,
    answering: answeringRole(subject),
    holdersKnown: holders.size > 0,
  });
}

/** Workers that still import the app would look as if they answered. */
async function waitUntilIdle(subject: Subject, processes: ProcessReader): Promise<void> {
  let before = await look(subject, processes);
  await waitUntil(
    async () => {
      const now = await look(subject, processes);
      const isIdle = [...now].every(([pid, { runs }]) => runs - (before.get(pid)?.runs ?? 0) <= IDLE_RUNS);
      before = now;
      return isIdle;
    },
    { deadlineMs: IDLE_DEADLINE_MS, everyMs: IDLE_LOOK_MS, signal: subject.signal },
  );
}

interface Look {
  readonly name: string;
  readonly role: ProcessRun['role'];
  readonly runs: number;
}

async function look(subject: Subject, processes: ProcessReader): Promise<Map<number, Look>> {
  const seen = new Map<number, Look>();
  for (const role of ['host', 'backend'] as const) {
    for (const pid of await subject.groups.group(role).pids()) {
      const stat = processes.stat(pid);
      const runs = processes.runs?.(pid) ?? null;
      if (stat !== null && runs !== null) seen.set(pid, { name: stat.name, role, runs });
    }
  }
  return seen;
}

async function holdersOf(subject: Subject, localPort: number, processes: ProcessReader): Promise<number[]> {
  const { hostname, port } = new URL(subject.endpoint.origin);
  const server = { address: hostname, port: Number(port) };
  const inode = await processes.serverInode({ server, client: { address: hostname, port: localPort } });
  return inode === null ? [] : processes.holders(inode, await pidsOf(subject));
}
