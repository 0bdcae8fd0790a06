/** One CGI program's life: started, fed, read, ended. Its whole process group ends with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { messageOf } from './message.ts';
import { EXCERPT_BYTES, ScriptStderr } from './script-stderr.ts';

/** How long output may stay open after the program has ended, or the program run on after its output. */
const GRACE_MS = 1_000;
/** Between SIGTERM and SIGKILL. */
const KILL_AFTER_MS = 2_000;

export interface RunEvents {
  /** False: stop reading until `resume`. Throws when the output is of no use. */
  output(chunk: Buffer): boolean;
  /** The bytes at hand are used up. */
  flush(): void;
  /** Output is complete and the program ended with status 0, or keeps running without output. */
  complete(): void;
  broken(status: number, reason: string): void;
  /** Nothing of it is left; its slot is free. Called once, last. */
  gone(): void;
  log(line: string): void;
}

export interface RunOptions {
  readonly file: string;
  readonly env: Record<string, string>;
  /** The request's body; null for none, when stdin is at its end at once. */
  readonly body: Readable | null;
  readonly timeLimitMs: number;
}

export class ScriptRun {
  readonly #events: RunEvents;
  readonly #options: RunOptions;
  #child: ChildProcess | null = null;
  #stdout: Readable | null = null;
  #stderr: ScriptStderr | null = null;
  #stdoutEnded = false;
  #exit: { code: number | null; signal: string | null } | null = null;
  #grace: NodeJS.Timeout | null = null;
  #graceOver = false;
  #limit: NodeJS.Timeout | null = null;
  #kill: NodeJS.Timeout | null = null;
  /** Nothing more is told about the response. */
  #settled = false;
  #gone = false;

  constructor(options: RunOptions, events: RunEvents) {
    this.#options = options;
    this.#events = events;
  }

  start(): void {
    const { file, env, body, timeLimitMs } = this.#options;
    let child: ChildProcess;
    try {
      // An argument vector without arguments: nothing of the request gets there, and no shell sees it.
      child = spawn(file, [], {
        cwd: dirname(file),
        env,
        stdio: [body === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
        detached: true,
      });
    } catch (failure) {
      this.#failedToStart(failure);
      return;
    }
    child.on('error', (failure) => this.#failedToStart(failure));
    const { stdout, stderr } = child;
    if (child.pid === undefined || stdout === null || stderr === null) return;
    this.#child = child;
    this.#stdout = stdout;
    this.#limit = setTimeout(() => {
      this.#settle(() => this.#events.broken(504, `over its time limit of ${timeLimitMs} ms`));
      this.terminate();
    }, timeLimitMs);
    this.#stderr = new ScriptStderr(stderr, () => this.#check());
    stdout.on('data', (chunk: Buffer) => this.#output(chunk));
    stdout.on('error', () => {});
    stdout.on('close', () => {
      this.#stdoutEnded = true;
      this.#check();
    });
    child.on('exit', (code, signal) => {
      this.#exit = { code, signal };
      this.#check();
    });
    if (body !== null && child.stdin !== null) feed(body, child.stdin);
  }

  /** Ends the process group: SIGTERM now, SIGKILL later. Nothing more is said about the response. */
  terminate(): void {
    this.#settled = true;
    // What it still writes must not keep it from ending.
    this.#stdout?.resume();
    if (this.#gone || this.#child === null || this.#kill !== null) return;
    this.#signal('SIGTERM');
    this.#kill = setTimeout(() => {
      this.#signal('SIGKILL');
      this.#graceOver = true;
      this.#check();
    }, KILL_AFTER_MS);
  }

  resume(): void {
    this.#stdout?.resume();
  }

  #output(chunk: Buffer): void {
    if (this.#settled) return;
    try {
      if (!this.#events.output(chunk)) this.#stdout?.pause();
      this.#events.flush();
    } catch (failure) {
      this.#settle(() => this.#events.broken(502, messageOf(failure)));
      this.terminate();
    }
  }

  /** The end of the response needs the end of output and the exit status; the end of both needs patience. */
  #check(): void {
    if (this.#gone) return;
    const exit = this.#exit;
    const good = exit !== null && exit.code === 0;
    const said = this.#stderr?.ended === true || this.#graceOver;
    if (exit !== null && (this.#stdoutEnded || this.#graceOver) && (good || said)) {
      this.#settle(() => (good ? this.#events.complete() : this.#events.broken(502, this.#failure(exit))));
    } else if (exit === null && this.#stdoutEnded && this.#graceOver) {
      this.#settle(() => this.#events.complete());
    }
    if (exit !== null && ((this.#stdoutEnded && this.#stderr?.ended === true) || this.#graceOver))
      this.#end();
    else if (this.#grace === null && (exit !== null || this.#stdoutEnded)) {
      this.#grace = setTimeout(() => {
        this.#graceOver = true;
        this.#check();
      }, GRACE_MS);
    }
  }

  #failure(exit: { code: number | null; signal: string | null }): string {
    const how = exit.signal === null ? `exit ${exit.code}` : `signal ${exit.signal}`;
    const said = this.#stderr?.text(EXCERPT_BYTES) ?? '';
    return `${this.#options.file} ended with ${how}${said === '' ? '' : `; stderr: ${said}`}`;
  }

  #settle(tell: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    tell();
  }

  #end(): void {
    this.#gone = true;
    for (const timer of [this.#limit, this.#grace, this.#kill]) if (timer !== null) clearTimeout(timer);
    // Grandchildren that hold its output open, or outlived a SIGTERM.
    if (!this.#stdoutEnded || this.#stderr?.ended !== true || this.#kill !== null) this.#signal('SIGKILL');
    this.#stdout?.destroy();
    this.#child?.stderr?.destroy();
    this.#child?.stdin?.destroy();
    const said = this.#stderr?.text() ?? '';
    if (said !== '') this.#events.log(`${this.#options.file} stderr: ${said}`);
    this.#events.gone();
  }

  #failedToStart(failure: unknown): void {
    if (this.#gone) return;
    this.#gone = true;
    const text = messageOf(failure);
    const full = text.includes('EAGAIN');
    this.#settle(() =>
      full
        ? this.#events.broken(503, 'process limit reached')
        : this.#events.broken(502, `could not be started: ${text}`),
    );
    this.#events.gone();
  }

  /** To the whole group; that it is gone already is no failure. */
  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // ESRCH: nobody left.
    }
  }
}

/**
 * A program may end without reading its input (EPIPE): the client still gets the program's answer, and what
 * is left of the body is thrown away so that the connection stays usable.
 */
function feed(body: Readable, stdin: Writable): void {
  const discard = () => {
    body.unpipe(stdin);
    body.resume();
  };
  stdin.on('error', discard);
  stdin.on('close', discard);
  body.pipe(stdin);
}
