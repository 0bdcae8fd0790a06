/** The lab's side of the load driver: starts its process, asks for windows, checks what it answers. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import { DIST } from '../../core/paths.ts';
import type { WindowRecord } from '../../results/schema/observation.ts';
import { CONNECT_DEADLINE_MS } from './drive-window.ts';
import { type DriverAnswer, type DriverCommand, driverAnswerSchema, type WindowSpec } from './window-spec.ts';

export type { WindowSpec } from './window-spec.ts';

/** A source of load. Takes one window at a time. */
export interface Driver extends AsyncDisposable {
  /** Drives one window and waits for its drain. @throws LabError E_DRIVER, or the abort reason */
  window(spec: WindowSpec): Promise<WindowRecord>;
}

/** The driver compiles and warms its own code before it is ready. */
const START_DEADLINE_MS = 20_000;
const ANSWER_MARGIN_MS = 10_000;
/** Last bytes of the driver's stderr shown with a failure. */
const STDERR_TAIL_LENGTH = 2_000;

/**
 * Starts the driver process: compiled code, an empty environment, no inherited Node options. It outlives
 * windows, so its code stays warm: start one for a whole run. It is not pinned to a core.
 * @param x.signal ends the process at once
 * @param x.answerMarginMs time beyond a window's own limits before the driver is held to be stuck. @default 10 000
 * @param x.entry compiled program to fork. @default dist/runner/entries/driver.js
 */
export async function startDriver(x: {
  readonly signal: AbortSignal;
  readonly entry?: string;
  readonly answerMarginMs?: number;
}): Promise<Driver> {
  x.signal.throwIfAborted();
  const driver = new DriverProcess(
    x.entry ?? join(DIST, 'runner', 'entries', 'driver.js'),
    x.answerMarginMs ?? ANSWER_MARGIN_MS,
    x.signal,
  );
  try {
    const first = await driver.answer(START_DEADLINE_MS, { stage: 'start' });
    if (first.kind !== 'ready') throw new LabError('E_DRIVER', 'the load driver did not start as it should');
    return driver;
  } catch (thrown) {
    await driver[Symbol.asyncDispose]();
    throw thrown;
  }
}

class DriverProcess implements Driver {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  readonly #answerMarginMs: number;
  readonly #exited: Promise<void>;
  #exit: string | null = null;
  #stderr = '';
  #isBusy = false;

  constructor(entry: string, answerMarginMs: number, signal: AbortSignal) {
    this.#answerMarginMs = answerMarginMs;
    this.#signal = signal;
    this.#child = fork(entry, [], {
      env: {},
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Its own process group: an interrupt from the terminal reaches the lab, which decides.
      detached: true,
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL_LENGTH);
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#exit ??= messageOf(error);
        resolve();
      });
      this.#child.once('close', (code, signalName) => {
        this.#exit ??= signalName === null ? `exit ${code}` : `ended by ${signalName}`;
        resolve();
      });
    });
    signal.addEventListener('abort', this.#kill);
  }

  async window(spec: WindowSpec): Promise<WindowRecord> {
    if (this.#isBusy) throw new LabError('E_INTERNAL', 'the load driver takes one window at a time');
    this.#isBusy = true;
    try {
      const deadlineMs = CONNECT_DEADLINE_MS + spec.windowMs + spec.drainLimitMs + this.#answerMarginMs;
      const facts = { path: spec.endpoint.basePath + spec.request.path, connections: spec.connections };
      const answered = this.answer(deadlineMs, facts);
      const command: DriverCommand = { kind: 'window', spec };
      this.#child.send(command, (error) => {
        // The exit that explains it is reported by `answer`.
        if (error !== null) this.#stderr += `\n${messageOf(error)}`;
      });
      const answer = await answered;
      if (answer.kind === 'record') return answer.record;
      throw new LabError('E_DRIVER', answer.kind === 'failed' ? answer.message : 'an answer out of turn', {
        facts,
      });
    } finally {
      this.#isBusy = false;
    }
  }

  /** The next message from the process; it is ended when none comes in time or when it makes no sense. */
  async answer(deadlineMs: number, facts: Readonly<Record<string, string | number>>): Promise<DriverAnswer> {
    this.#signal.throwIfAborted();
    const message = await new Promise<unknown>((resolve, reject) => {
      const child = this.#child;
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        child.off('message', onMessage);
        this.#signal.removeEventListener('abort', onAbort);
        act();
      };
      const onMessage = (received: unknown): void => settle(() => resolve(received));
      const onAbort = (): void => settle(() => reject(this.#signal.reason));
      const fail = (text: string): void =>
        settle(() => reject(new LabError('E_DRIVER', text, { facts: { ...facts, ...this.#facts() } })));
      const timer = setTimeout(() => {
        this.#kill();
        fail(`the load driver did not answer within ${deadlineMs} ms`);
      }, deadlineMs);
      child.on('message', onMessage);
      this.#signal.addEventListener('abort', onAbort);
      void this.#exited.then(() => fail('the load driver ended unexpectedly'));
    });
    const answer = driverAnswerSchema.safeParse(message);
    if (answer.success) return answer.data;
    this.#kill();
    throw new LabError('E_DRIVER', `the load driver's answer is not valid: ${answer.error.message}`, {
      facts,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#kill);
    this.#kill();
    await this.#exited;
  }

  readonly #kill = (): void => {
    // It holds nothing that needs a graceful end.
    this.#child.kill('SIGKILL');
  };

  #facts(): Record<string, string | null> {
    return { exit: this.#exit, stderr: this.#stderr.trim() === '' ? null : this.#stderr.trim() };
  }
}
