/** FastCGI: requests go to a responder that lives on, over kept connections. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Listen } from '../../define.ts';
import { BadTarget, decodePath, parseTarget, type Target } from '../../protocols/cgi/target.ts';
import { PROTOCOL_STATUS } from '../../protocols/fastcgi/record.ts';
import { answerError, type Counters, declaredLength, type Log, type Mode } from './exchange.ts';
import type { FastcgiConnection, FastcgiEvents } from './fastcgi-connection.ts';
import { FastcgiPool } from './fastcgi-pool.ts';
import { Relay } from './relay.ts';
import { SOFTWARE, variablesOf } from './variables.ts';

export interface FastcgiModeOptions {
  readonly upstream: Listen;
  /** SCRIPT_FILENAME: what an interpreter is told to run. @default none */
  readonly scriptFile?: string;
  /** Whether connections carry more than one request. */
  readonly keep: boolean;
  readonly address: string;
  readonly port: () => number;
  readonly slots: number;
  /** @default QUEUE_LIMIT */
  readonly queueLimit?: number;
  readonly timeLimitMs: number;
  readonly counters: Counters;
  readonly log: Log;
}

/** Most of a request's stderr that is logged. */
const STDERR_LIMIT_BYTES = 64 * 1024;
const REDIRECT_LIMIT = 10;
/** RFC 9110 §9.2.2 */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

export function createFastcgiMode(options: FastcgiModeOptions): Mode {
  const pool = new FastcgiPool(options.upstream, options.keep, options.slots, options.queueLimit);
  return {
    handle: (request, response) => {
      const length = declaredLength(request);
      if (length === null) answerError(request, response, 411);
      else route(options, pool, request, response, request.url ?? '/', length, 0);
    },
    stop: () => {
      pool.close();
      return Promise.resolve();
    },
  };
}

function route(
  options: FastcgiModeOptions,
  pool: FastcgiPool,
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
  length: number,
  redirects: number,
): void {
  try {
    const target = parseTarget(url);
    const pathInfo = decodePath(target.path);
    const exchange = new Exchange(options, pool, request, response, { target, pathInfo, length, redirects });
    exchange.start();
  } catch (failure) {
    if (!(failure instanceof BadTarget)) throw failure;
    answerError(request, response, failure.status);
  }
}

interface Asked {
  readonly target: Target;
  readonly pathInfo: string;
  readonly length: number;
  readonly redirects: number;
}

/** One request on its way through the pool. */
class Exchange implements FastcgiEvents {
  readonly #options: FastcgiModeOptions;
  readonly #pool: FastcgiPool;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #asked: Asked;
  readonly #relay: Relay;
  #connection: FastcgiConnection | null = null;
  #leave: (() => void) | null = null;
  #limit: NodeJS.Timeout | null = null;
  #retried = false;
  #bodyTaken = false;
  #stderr: Buffer[] = [];
  #stderrBytes = 0;

  constructor(
    options: FastcgiModeOptions,
    pool: FastcgiPool,
    request: IncomingMessage,
    response: ServerResponse,
    asked: Asked,
  ) {
    this.#options = options;
    this.#pool = pool;
    this.#request = request;
    this.#response = response;
    this.#asked = asked;
    this.#relay = new Relay({
      request,
      response,
      counters: options.counters,
      log: options.log,
      done: () => response.off('close', this.#onClose),
      redirect: (location) => {
        response.off('close', this.#onClose);
        if (asked.redirects >= REDIRECT_LIMIT) answerError(request, response, 500);
        else route(options, pool, request, response, location, 0, asked.redirects + 1);
      },
      drained: () => this.#connection?.resume(),
    });
  }

  start(): void {
    this.#response.once('close', this.#onClose);
    const taken = this.#pool.take((connection) => {
      this.#leave = null;
      this.#limit = setTimeout(() => this.#timeOut(), this.#options.timeLimitMs);
      this.#send(connection);
    });
    if (taken === 'full') {
      this.#response.off('close', this.#onClose);
      this.#options.counters.overloaded += 1;
      answerError(this.#request, this.#response, 503, ['Retry-After', '1']);
    } else if (taken !== 'started') {
      this.#leave = taken;
    }
  }

  stdout(bytes: Buffer): void {
    if (!this.#relay.feed(bytes)) this.#connection?.pause();
  }

  stderr(bytes: Buffer): void {
    const room = STDERR_LIMIT_BYTES - this.#stderrBytes;
    if (room > 0) this.#stderr.push(bytes.subarray(0, room));
    this.#stderrBytes += bytes.length;
  }

  flush(): void {
    this.#relay.flush();
  }

  end(end: { appStatus: number; protocolStatus: number }): void {
    const relay = this.#relay;
    if (end.protocolStatus === PROTOCOL_STATUS.unknownRole) {
      relay.broken(502, 'the responder does not know its role');
    } else if (end.protocolStatus !== PROTOCOL_STATUS.complete) {
      relay.broken(503, `the responder refused (protocol status ${end.protocolStatus})`);
    } else {
      if (end.appStatus !== 0) this.#options.log(`${this.#name}: application status ${end.appStatus}`);
      if (end.appStatus !== 0 && !relay.isWhole) relay.broken(502, `ended with status ${end.appStatus}`);
      else relay.complete();
    }
    this.#release();
  }

  failed(failure: { reason: string; retriable: boolean }): void {
    const connection = this.#connection;
    // A kept connection may have been closed by the responder while the request was on its way.
    const stale = connection !== null && connection.served > 0 && failure.retriable && !this.#retried;
    if (stale && !this.#bodyTaken && IDEMPOTENT.has(this.#request.method ?? '')) {
      this.#retried = true;
      this.#send(this.#pool.replace(connection));
      return;
    }
    this.#relay.broken(502, failure.reason);
    this.#release();
  }

  drained(): void {
    if (this.#bodyTaken) this.#request.resume();
  }

  #send(connection: FastcgiConnection): void {
    const { target, pathInfo, length, redirects } = this.#asked;
    const { address, port } = this.#options;
    this.#connection = connection;
    const server = { software: SOFTWARE, name: address, port: port(), documentRoot: null, base: {} };
    const place = { target, scriptName: '', scriptFile: this.#options.scriptFile ?? null, pathInfo };
    connection.begin(variablesOf(server, this.#request, place, length, redirects > 0), length > 0, this);
    if (length > 0) this.#sendBody();
  }

  #sendBody(): void {
    this.#bodyTaken = true;
    const request = this.#request;
    let left = this.#asked.length;
    request.on('data', (piece: Buffer) => {
      left -= piece.length;
      if (this.#limit !== null && this.#connection?.body(piece, left <= 0) === false) request.pause();
    });
  }

  #timeOut(): void {
    this.#relay.broken(504, `over its time limit of ${this.#options.timeLimitMs} ms`);
    this.#connection?.abort(true);
    this.#release();
  }

  /** The client is gone. */
  readonly #onClose = () => {
    this.#relay.abandon();
    if (this.#leave !== null) this.#leave();
    else {
      this.#connection?.abort(false);
      this.#release();
    }
  };

  /** Nothing of this request touches its connection any more; the pool has it back by itself. */
  #release(): void {
    if (this.#limit === null) return;
    clearTimeout(this.#limit);
    this.#limit = null;
    this.#connection = null;
    this.#request.resume();
    if (this.#stderrBytes > 0) {
      const dropped = Math.max(0, this.#stderrBytes - STDERR_LIMIT_BYTES);
      const text = Buffer.concat(this.#stderr).toString('utf8').trimEnd();
      this.#options.log(
        `${this.#name} stderr: ${text}${dropped === 0 ? '' : `\n[${dropped} bytes dropped]`}`,
      );
    }
  }

  get #name(): string {
    return `${this.#request.method} ${this.#request.url}`;
  }
}
