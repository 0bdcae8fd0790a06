/**
 * Explains one launched stack: sends one request and sees what each part was given, then holds another to look at the
 * processes. Nothing here is a measurement.
 */
import { LabError } from '../../core/errors.ts';
import type { Explanation } from '../../results/schema/explanation.ts';
import { parseWho } from '../../servers/contract/shapes.ts';
import type { Capacity, PreparedApp, Site } from '../../servers/define.ts';
import { runCommand } from '../process/command.ts';
import type { StackGroups } from '../process/group.ts';
import { pause } from '../process/wait.ts';
import type { Endpoint, Stack } from '../stack.ts';
import { type AppNote, readNotes } from './app-observer.ts';
import { type CaughtProgram, catchProgram, waitUntilGone } from './catch.ts';
import { type Asked, beginRequest, type Exchange } from './client.ts';
import { preview } from './decode/preview.ts';
import { hopsOf, type Sighting } from './hops.ts';
import { type LookRequest, look, type SeenProcess } from './look.ts';
import { type Looks, listProcesses } from './processes.ts';
import type { Relay } from './relay.ts';
import { type Relayed, relayedSince } from './relayed.ts';
import { tidy } from './tidy.ts';
import { momentsOf, notesOn, notObservable } from './timeline.ts';

export interface ExplainRequest {
  readonly stack: Stack;
  readonly launched: {
    readonly endpoint: Endpoint;
    readonly groups: StackGroups;
    readonly site: Site;
    readonly app: PreparedApp;
    readonly configs: readonly Explanation['configs'][number][];
    readonly unequal: readonly string[];
  };
  /** The relay that was put before the backend; null: none was. */
  readonly relay: Relay | null;
  readonly asked: Asked;
  readonly capacity: Capacity;
  /** Proportional set size of a process, or null. */
  readonly weigh: LookRequest['weigh'];
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** How long the second request sleeps in the app: longer than the slowest framework needs to start. */
const HOLD_MS = 1_000;
/** How often processes are looked at for a program that starts an interpreter. */
const CATCH_EVERY_MS = 2;
/** Requests after which a program that lives for a millisecond must have been caught. */
const CATCHES = 300;
/** A program that was made for a request is gone within this time of its answer. */
const GONE_MS = 2_000;
/** The app's note, and the end of what is spoken to the backend, may come after the client has its answer. */
const SETTLE_MS = 50;
const HAND_RUN_MS = 10_000;

export async function explainStack(x: ExplainRequest): Promise<Explanation> {
  const { stack, launched, asked, relay } = x;
  const { record } = stack;
  const front = new URL(launched.endpoint.origin).host;
  if (asked.method === 'GET') await askOnce(x);
  const everyMs = record.contract === 'hello' ? 0 : CATCH_EVERY_MS;
  const watched = await watchRequest(x, everyMs);
  const { exchange, caught, note, goneUs, atRest, relayed } = watched;
  const looks = record.contract === 'full' ? await holdAndLook(x, front) : null;
  const printed = caught === null || asked.body !== null ? null : await runByHand(caught, x);
  const quietLooks: Looks = { before: watched.before, during: watched.after, after: watched.after };
  const processes = listProcesses({
    stack: record,
    looks: looks?.looks ?? quietLooks,
    front,
    answeredPid: looks === null ? watched.answeredPid : looks.pid,
    caught: looks === null ? caught : null,
  });
  const sighting: Sighting = {
    stack: record,
    asked,
    front,
    exchange,
    backend: relay?.target ?? null,
    relayed,
    caught,
    printed,
    note,
    ownSocket: processes.find(({ purpose }) => purpose === 'app-daemon')?.listens[0] ?? null,
  };
  const isNew = watched.answeredPid === null ? null : !atRest.has(watched.answeredPid) && goneUs !== null;
  const explanation: Explanation = {
    version: 1,
    at: x.now.toISOString(),
    stack: record,
    user: launched.site.user?.name ?? null,
    capacity: { ...x.capacity },
    request: {
      method: asked.method,
      path: asked.path,
      basePath: launched.endpoint.basePath,
      status: exchange.status,
    },
    answeredBy: { pid: watched.answeredPid, isNew, evidence: watched.evidence },
    held:
      looks === null
        ? null
        : {
            path: looks.path,
            pid: looks.pid,
            isNew: processes.find(({ answered }) => answered)?.purpose === 'request-program',
          },
    processes,
    hops: hopsOf(sighting),
    moments: momentsOf(sighting, isNew === true ? goneUs : null),
    notObservable: notObservable(sighting),
    notes: notesOn(sighting, everyMs),
    unequal: [...launched.unequal],
    configs: [...launched.configs],
  };
  return tidy(explanation, launched.site, launched.app, relay);
}

/** Once for nothing: connections that servers keep are then there, and files are in memory. */
async function askOnce({ launched, asked, signal }: ExplainRequest): Promise<void> {
  await using open = await beginRequest(launched.endpoint, asked, signal);
  await open.done;
}

interface Watched {
  readonly exchange: Exchange;
  readonly caught: CaughtProgram | null;
  readonly note: AppNote | null;
  readonly relayed: Relayed | null;
  readonly atRest: ReadonlySet<number>;
  readonly before: readonly SeenProcess[];
  /** Right after the answer, with the client's connection still open. */
  readonly after: readonly SeenProcess[];
  readonly answeredPid: number | null;
  readonly evidence: string;
  readonly goneUs: number | null;
}

/** The request that is explained. A floor is asked again until its short life was caught. */
async function watchRequest(x: ExplainRequest, everyMs: number): Promise<Watched> {
  const isCgi = x.stack.record.model === 'cgi';
  for (let tries = 1; ; tries += 1) {
    const watched = await watchOnce(x, everyMs, isCgi);
    if (!isCgi || watched.caught !== null || tries === CATCHES) return watched;
  }
}

async function watchOnce(x: ExplainRequest, everyMs: number, isCgi: boolean): Promise<Watched> {
  const { launched, signal, weigh } = x;
  const { groups, endpoint, site } = launched;
  const before = await look({ groups, weigh, connection: null });
  const atRest = new Set(before.map(({ pid }) => pid));
  await using open = await beginRequest(endpoint, x.asked, signal);
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  open.done.then(over, over);
  const caught = isCgi ? await catchProgram(() => isOver, { atRest, groups, everyMs, signal }) : null;
  const exchange = await open.done;
  const goneUs = caught === null ? null : await waitUntilGone(caught, GONE_MS, signal);
  await pause(SETTLE_MS, signal);
  const client = `127.0.0.1:${open.localPort}`;
  const server = new URL(endpoint.origin).host;
  const after = await look({ groups, weigh, connection: { server, client } });
  const note = readNotes(site).find((each) => each.calledUs >= open.sentUs) ?? null;
  // Now, since later requests go by the same relay, and may take the same connection.
  const relayed = x.relay === null ? null : relayedSince(x.relay, open.sentUs);
  const holder = after.find(({ holdsConnection }) => holdsConnection)?.pid ?? null;
  const [answeredPid, evidence] =
    note !== null
      ? [note.pid, 'the onlooker round the app noted its process']
      : caught !== null
        ? [caught.pid, 'the only process that was made while the request was under way']
        : [holder, 'the process that has the server’s end of the client’s connection open'];
  return { exchange, caught, note, relayed, atRest, before, after, answeredPid, evidence, goneUs };
}

/** Holds a request and looks at the processes before it, while it sleeps, and after it. */
async function holdAndLook(
  x: ExplainRequest,
  server: string,
): Promise<{ looks: Looks; pid: number; path: string }> {
  const { endpoint, groups } = x.launched;
  const { weigh, signal } = x;
  const path = `/who?ms=${HOLD_MS}`;
  const before = await look({ groups, weigh, connection: null });
  await using open = await beginRequest(endpoint, { method: 'GET', path, body: null }, signal);
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  open.done.then(over, over);
  const connection = { server, client: `127.0.0.1:${open.localPort}` };
  const seen: (readonly SeenProcess[])[] = [];
  while (!isOver) {
    seen.push(await look({ groups, weigh, connection }));
    await pause(HOLD_MS / 20, signal);
  }
  const { answer, status } = await open.done;
  const who = status === 200 ? parseWho(answer.body.toString('utf8')) : `status ${status}`;
  if (typeof who === 'string') {
    throw new LabError('E_CONTRACT', `${path} did not answer as it should: ${who}`, {
      hint: `\`lab verify ${x.stack.record.name}\` shows every difference.`,
    });
  }
  // The last look at the process that answered: by then a program has loaded all that it needs.
  const during = seen.findLast((each) => each.some(({ pid }) => pid === who.pid)) ?? seen.at(-1) ?? before;
  const process = during.find(({ pid }) => pid === who.pid);
  if (process !== undefined && !before.some(({ pid }) => pid === who.pid)) {
    await waitUntilGone(process, GONE_MS, signal);
  }
  const after = await look({ groups, weigh, connection: null });
  return { looks: { before, during, after }, pid: who.pid, path };
}

/** A CGI program is a program: with the same environment it prints the same answer to whoever runs it. */
async function runByHand(
  caught: CaughtProgram,
  { launched, signal }: ExplainRequest,
): Promise<string | null> {
  const [program, ...args] = caught.argv;
  if (program === undefined) return null;
  const result = await runCommand([program, ...args], {
    env: Object.fromEntries(caught.env),
    user: launched.site.user,
    timeoutMs: HAND_RUN_MS,
    signal,
    ...(caught.cwd === null ? {} : { cwd: caught.cwd }),
  });
  return result.ok ? preview(Buffer.from(result.stdout)) : null;
}
