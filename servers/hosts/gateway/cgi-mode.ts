/** CGI: a process for each request, `child_process.spawn` straight in the request's path. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CgiServer } from '../../protocols/cgi/environment.ts';
import { BadTarget, decodePath, parseTarget } from '../../protocols/cgi/target.ts';
import { QUEUE_LIMIT } from './config.ts';
import { answerError, type Counters, declaredLength, type Log, type Mode } from './exchange.ts';
import { asProcessEnvironment } from './process-environment.ts';
import { Relay } from './relay.ts';
import { ScriptRun } from './script-run.ts';
import { findScripts, type Scripts, splitScript } from './scripts.ts';
import { Slots } from './slots.ts';
import { type Place, SOFTWARE, variablesOf } from './variables.ts';

/** Local redirects in a row; more are a loop. */
const REDIRECT_LIMIT = 10;

export interface CgiModeOptions {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly address: string;
  readonly port: () => number;
  readonly slots: number;
  /** @default QUEUE_LIMIT */
  readonly queueLimit?: number;
  readonly timeLimitMs: number;
  readonly counters: Counters;
  readonly log: Log;
}

export async function createCgiMode(options: CgiModeOptions): Promise<Mode> {
  return new CgiMode(options, await findScripts(options.root));
}

class CgiMode implements Mode {
  readonly #options: CgiModeOptions;
  readonly #scripts: Scripts;
  readonly #slots: Slots;
  readonly #runs = new Set<ScriptRun>();
  #stopped: (() => void) | null = null;

  constructor(options: CgiModeOptions, scripts: Scripts) {
    this.#options = options;
    this.#scripts = scripts;
    this.#slots = new Slots(options.slots, options.queueLimit ?? QUEUE_LIMIT);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const length = declaredLength(request);
    // A program reads CONTENT_LENGTH bytes; a body of unknown length is refused (RFC 3875 §4.2).
    if (length === null) answerError(request, response, 411);
    else this.#route(request, response, request.url ?? '/', length, 0);
  }

  async stop(): Promise<void> {
    for (const run of this.#runs) run.terminate();
    if (this.#runs.size > 0) await new Promise<void>((resolve) => (this.#stopped = resolve));
  }

  #route(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    length: number,
    redirects: number,
  ): void {
    try {
      const target = parseTarget(url);
      const [name, extra] = splitScript(target.path);
      const file = this.#scripts.get(decodePath(name));
      if (file === undefined || file === null) {
        answerError(request, response, file === undefined ? 404 : 403);
        return;
      }
      const place = {
        target,
        scriptName: `/${decodePath(name)}`,
        scriptFile: file,
        pathInfo: decodePath(extra),
      };
      this.#queue(request, response, place, file, length, redirects);
    } catch (failure) {
      if (!(failure instanceof BadTarget)) throw failure;
      answerError(request, response, failure.status);
    }
  }

  #queue(
    request: IncomingMessage,
    response: ServerResponse,
    place: Place,
    file: string,
    length: number,
    redirects: number,
  ): void {
    const { env, address, port, counters, root } = this.#options;
    const server: CgiServer = {
      software: SOFTWARE,
      name: address,
      port: port(),
      documentRoot: root,
      base: env,
    };
    const variables = variablesOf(server, request, place, length, redirects > 0);
    const environment = asProcessEnvironment(variables);
    const gone = () => {
      counters.aborted += 1;
      leave();
    };
    const taken = this.#slots.take(() => {
      response.off('close', gone);
      this.#run(request, response, file, environment, length, redirects);
    });
    const leave = typeof taken === 'function' ? taken : () => {};
    if (taken === 'full') {
      counters.overloaded += 1;
      answerError(request, response, 503, ['Retry-After', '1']);
    } else if (taken !== 'started') {
      response.once('close', gone);
    }
  }

  #run(
    request: IncomingMessage,
    response: ServerResponse,
    file: string,
    env: Record<string, string>,
    length: number,
    redirects: number,
  ): void {
    const { counters, log, timeLimitMs } = this.#options;
    const relay = new Relay({
      request,
      response,
      counters,
      log,
      done: () => response.off('close', left),
      redirect: (location) => {
        response.off('close', left);
        if (redirects < REDIRECT_LIMIT) this.#route(request, response, location, 0, redirects + 1);
        else answerError(request, response, 500);
      },
      drained: () => run.resume(),
    });
    const run = new ScriptRun(
      { file, env, body: length > 0 ? request : null, timeLimitMs },
      {
        output: (chunk) => relay.feed(chunk),
        flush: () => relay.flush(),
        complete: () => relay.complete(),
        broken: (status, reason) => relay.broken(status, reason),
        gone: () => {
          this.#runs.delete(run);
          this.#slots.release();
          if (this.#runs.size === 0) this.#stopped?.();
        },
        log,
      },
    );
    const left = () => {
      relay.abandon();
      run.terminate();
    };
    response.once('close', left);
    this.#runs.add(run);
    run.start();
  }
}
