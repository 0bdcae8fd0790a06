/** Waits until a launched stack answers as it should: load never starts before. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { LabError, messageOf } from '../../core/errors.ts';
import type { Listen, OwnRequest } from '../../servers/define.ts';
import { describeListen } from '../process/listener.ts';
import type { RunningProgram } from '../process/program.ts';
import { pause, waitUntil } from '../process/wait.ts';
import type { Endpoint } from '../stack.ts';

/** What every app answers to GET /hello. */
const HELLO = 'Hello, world!\n';
const HELLO_REQUEST = { method: 'GET', path: '/hello', headers: {}, body: null } as const;
const POLL_MS = 4;
/** Longer than the slowest CGI takes on a busy machine: a request given up would leave its process running. */
const ATTEMPT_MS = 5_000;
/** An attempt with less time than this proves nothing. */
const CUT_SHORT_MS = 250;
const LOG_LINES = 20;

/** Processes are counted this often, until their number has not changed for this long. */
const COUNT_EVERY_MS = 25;
const STABLE_MS = 150;
const STABLE_DEADLINE_MS = 5_000;

interface Waiting {
  readonly programs: readonly RunningProgram[];
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** A backend is ready for its host when it accepts a connection. */
export async function waitForListen(listen: Listen, x: Waiting): Promise<void> {
  await poll(describeListen(listen), x, (signal) => tryConnect(listen, signal));
}

/**
 * Resolves when GET /hello is answered with the right 14 bytes; for an adopted app, when its first request is answered
 * with the status that it states, or any below 500.
 */
export async function waitForAnswer(endpoint: Endpoint, x: Waiting, first?: OwnRequest): Promise<void> {
  const { method, path, headers, body } = first ?? HELLO_REQUEST;
  const url = `${endpoint.origin}${endpoint.basePath}${path}`;
  const isRight = (status: number, text: string): boolean =>
    first === undefined
      ? status === 200 && text === HELLO
      : first.status === null
        ? status < 500
        : status === first.status;
  await poll(url, x, (signal) => tryOnce(url, { method, headers, body, isRight, signal }));
}

/** Waits until the same processes are seen for a while; false: they still came and went at the deadline. */
export async function waitForStableProcesses(
  count: () => Promise<readonly number[]>,
  signal: AbortSignal,
): Promise<boolean> {
  let last = '';
  let since = performance.now();
  return await waitUntil(
    async () => {
      const now = (await count()).toSorted((a, b) => a - b).join();
      if (now !== last) since = performance.now();
      last = now;
      return performance.now() - since >= STABLE_MS;
    },
    { deadlineMs: STABLE_DEADLINE_MS, everyMs: COUNT_EVERY_MS, signal },
  );
}

/** Tries until it works. A program that ends meanwhile is E_START at once; the deadline is E_NOT_READY. */
async function poll(
  address: string,
  x: Waiting,
  attempt: (signal: AbortSignal) => Promise<string | null>,
): Promise<void> {
  const ended = new AbortController();
  for (const program of x.programs) void program.exited.then(() => ended.abort());
  const begun = performance.now();
  const end = begun + x.deadlineMs;
  let problem: string | null = null;
  do {
    await assertRunning(x.programs);
    x.signal.throwIfAborted();
    const leftMs = Math.max(1, Math.min(ATTEMPT_MS, end - performance.now()));
    const timeout = AbortSignal.timeout(Math.ceil(leftMs));
    const failed = await attempt(AbortSignal.any([x.signal, ended.signal, timeout]));
    if (failed === null) return;
    // The last attempt may be cut short by the deadline: then an earlier one tells more.
    if (!timeout.aborted) problem = failed;
    else if (leftMs > CUT_SHORT_MS || problem === null) {
      problem = `accepted, but no answer within ${Math.round(leftMs)} ms`;
    }
    await assertRunning(x.programs);
    await pause(POLL_MS, x.signal);
  } while (performance.now() < end);
  throw new LabError(
    'E_NOT_READY',
    `${x.programs.at(-1)?.spec.name ?? 'the stack'} is not ready: ${problem}`,
    {
      facts: {
        address,
        waitedMs: Math.round(performance.now() - begun),
        lastError: problem,
        logs: await lastLines(x.programs),
      },
      hint: 'The last lines of its logs usually tell why.',
    },
  );
}

async function assertRunning(programs: readonly RunningProgram[]): Promise<void> {
  const dead = programs.find((program) => program.hasExited !== null);
  const exit = dead?.hasExited;
  if (dead === undefined || exit === undefined || exit === null) return;
  const how = exit.signal === null ? `exit ${exit.exitCode}` : `killed by ${exit.signal}`;
  throw new LabError('E_START', `${dead.spec.name} ended before it was ready: ${how}`, {
    facts: {
      command: dead.spec.argv.join(' '),
      exitCode: exit.exitCode,
      signal: exit.signal,
      afterMs: Math.round(exit.afterMs),
      logs: await dead.outputTail(LOG_LINES),
    },
    hint: 'The last lines of its logs usually tell why.',
  });
}

async function lastLines(programs: readonly RunningProgram[]): Promise<string> {
  const tails = await Promise.all(programs.map((program) => program.outputTail(LOG_LINES)));
  return tails.filter((tail) => tail !== '').join('\n');
}

/** null: connected; otherwise what went wrong. */
function tryConnect(listen: Listen, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const socket =
      listen.kind === 'unix'
        ? connect({ path: listen.path, signal })
        : connect({ host: listen.address, port: listen.port, signal });
    socket.once('error', (failure) => resolve(messageOf(failure)));
    socket.once('connect', () => {
      socket.destroy();
      resolve(null);
    });
  });
}

interface Try {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly isRight: (status: number, text: string) => boolean;
  readonly signal: AbortSignal;
}

/** null: the right answer; otherwise what came instead. */
function tryOnce(url: string, x: Try): Promise<string | null> {
  return new Promise((resolve) => {
    const failed = (failure: unknown) => resolve(messageOf(failure));
    const length: Record<string, number> =
      x.body === null ? {} : { 'content-length': Buffer.byteLength(x.body) };
    const options = {
      agent: false,
      method: x.method,
      headers: { ...x.headers, ...length },
      signal: x.signal,
    };
    const asked = request(url, options, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        body += chunk;
      });
      answer.once('error', failed);
      answer.once('end', () => {
        if (x.isRight(answer.statusCode ?? 0, body)) resolve(null);
        else resolve(`status ${answer.statusCode}, body ${JSON.stringify(body.slice(0, 200))}`);
      });
    });
    asked.once('error', failed);
    asked.end(x.body ?? undefined);
  });
}
