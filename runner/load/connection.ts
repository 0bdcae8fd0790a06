/**
 * One connection of the closed model, driven by an autocannon client that is adapted so that
 * requests can be stopped without being dropped, and none is lost unseen:
 *
 * | event                                   | autocannon by itself             | here                              |
 * |-----------------------------------------|----------------------------------|-----------------------------------|
 * | before the window opens                 | sends while still connecting     | connects, then waits              |
 * | response complete, window ended         | sends the next, or disconnects   | sends nothing                     |
 * | response complete, `Connection: close`  | writes into the closing socket   | opens a new connection first      |
 * | connection ends a body without length   | never completes                  | completes; its length is compared |
 * | connection ends or fails in mid-request | reconnects, request forgotten    | counted: `reset`, `connect` …     |
 * | bytes that are not HTTP                 | ignored until the timeout        | counted: `other`                  |
 *
 * A connection opened in the window (because the server closed the last one) is part of the latency of the
 * request that needed it; the first one is opened before the window and is not.
 */

import type { WindowRecord } from '../../results/schema/observation.ts';
import { Answer, badAnswer } from './answer.ts';
import { type AutocannonClient, PARSER_HANDLERS, type ResponseParser } from './autocannon-client.ts';
import { classifyFailure, type ErrorClass } from './error-class.ts';

/** opening: connect only. issuing: begin requests. ended: begin nothing, wait for what is under way. */
export type WindowPhase = 'opening' | 'issuing' | 'ended';

/** What a connection needs of its window. */
export interface ConnectionGate {
  readonly phase: WindowPhase;
  /** The connection is up, or could not be opened. */
  settled(connection: Connection): void;
  /** Takes one request from what the window may still begin; false: none is left. */
  claim(): boolean;
  /** The claimed request was written. */
  begun(connection: Connection): void;
  completed(connection: Connection, answer: Answer, latencyUs: number, bytes: number): void;
  lost(connection: Connection, errorClass: ErrorClass, evidence: WindowRecord['firstBadAnswer']): void;
}

/** Bodies digested: the first of each connection, then one in this many. */
const DIGEST_EVERY = 64;
/** Pause before a connection that served nothing is opened again, so that a dead server is not hammered. */
const REOPEN_PAUSE_MS = 50;

export class Connection {
  readonly index: number;
  /** When the request under way was begun (performance.now). */
  begunAtMs = 0;
  readonly #client: AutocannonClient;
  readonly #gate: ConnectionGate;
  readonly #options: { readonly head: boolean; readonly digests: boolean };
  readonly #answer = new Answer();
  readonly #open: () => void;
  readonly #send: () => void;
  #begun = 0;
  /** Responses that the present connection has given. */
  #served = 0;
  #isConnected = false;
  #hasEnded = false;
  #failureCode: string | null = null;
  #pause: NodeJS.Timeout | null = null;

  constructor(
    client: AutocannonClient,
    index: number,
    gate: ConnectionGate,
    options: { readonly head: boolean; readonly digests: boolean; readonly timeoutMs: number },
  ) {
    this.index = index;
    this.#client = client;
    this.#gate = gate;
    this.#options = options;
    this.#open = client._connect.bind(client);
    this.#send = client._doRequest.bind(client);
    const drop = client._destroyConnection.bind(client);
    client.timeout = options.timeoutMs;
    client._connect = () => this.#reopen();
    client._doRequest = () => this.#next();
    client._destroyConnection = () => {
      // autocannon calls this when its timeout fires, and when the client is destroyed.
      if (!client.destroyed) this.#lose('timeout', 'no whole answer within the timeout');
      drop();
    };
    client.pipelinedRequests.addBody = (bytes) => this.#answer.add(bytes);
    client.on('response', (status, bytes, ms) => this.#complete(status, bytes, ms));
  }

  /** 1 while a request waits for its answer, by autocannon's own queue. */
  get underWay(): number {
    return this.#client.pipelinedRequests.size();
  }

  /** Begins the first request. */
  begin(): void {
    if (this.#client.conn === undefined || this.#client.conn.destroyed) this.#connect();
    else this.#next();
  }

  /** Closes the connection; whatever is under way is given up. */
  destroy(): void {
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#client.destroy();
  }

  #next(): void {
    if (this.#gate.phase !== 'issuing') return;
    // autocannon opens a new connection itself once the 'end' event has been handled.
    if (this.#hasEnded) return;
    if (this.#served > 0 && closesAfter(this.#client.parser)) {
      this.#reopen();
      return;
    }
    if (!this.#gate.claim()) return;
    this.#answer.begin(this.#options.digests && this.#begun % DIGEST_EVERY === 0);
    this.#begun += 1;
    this.begunAtMs = performance.now();
    this.#send();
    this.#gate.begun(this);
  }

  #complete(status: number, bytes: number, ms: number): void {
    this.#served += 1;
    this.#answer.status = status;
    this.#gate.completed(this, this.#answer, ms * 1_000, bytes);
  }

  #lose(errorClass: ErrorClass, why: string): void {
    if (this.underWay === 0) return;
    this.#client.pipelinedRequests.clear();
    this.#answer.status = this.#client.parser.info.statusCode ?? 0;
    // Without a status line there is no answer to show, only the error's class.
    this.#gate.lost(this, errorClass, this.#answer.status === 0 ? null : badAnswer(this.#answer, why));
  }

  /** Replaces the connection, or leaves it closed when the window has ended. */
  #reopen(): void {
    const errorClass = classifyFailure(this.#failureCode, this.#isConnected);
    this.#lose(errorClass, `the connection ended after ${this.#answer.length} bytes of the body`);
    const wasFruitless = this.#client.conn !== undefined && this.#served === 0;
    this.#detach();
    if (this.#gate.phase === 'ended') return;
    if (!wasFruitless) this.#connect();
    else this.#pause ??= setTimeout(() => this.#connect(), REOPEN_PAUSE_MS);
  }

  #detach(): void {
    const old = this.#client.conn;
    if (old === undefined) return;
    old.removeAllListeners();
    old.on('error', () => {});
    old.destroy();
  }

  #connect(): void {
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = null;
    if (this.#gate.phase === 'ended' || this.#client.destroyed) return;
    this.#served = 0;
    this.#isConnected = false;
    this.#hasEnded = false;
    this.#failureCode = null;
    this.#client.parser = this.#freshParser(this.#client.parser);
    this.#open();
    const socket = this.#client.conn;
    socket?.setNoDelay(true);
    socket?.once('connect', () => {
      this.#isConnected = true;
      this.#gate.settled(this);
    });
    // Before autocannon's own listeners, which reconnect.
    socket?.prependListener('error', (error: NodeJS.ErrnoException) => {
      this.#failureCode = error.code ?? 'UNKNOWN';
      this.#gate.settled(this);
    });
    socket?.prependListener('end', () => {
      this.#hasEnded = true;
      if (this.#client.parser.state === 'BODY_RAW' && this.underWay > 0) this.#client.parser.finish();
    });
  }

  /** A parser never outlives its connection: autocannon would go on in the middle of a lost response. */
  #freshParser(old: ResponseParser): ResponseParser {
    const parser = new old.constructor(old.type);
    for (const key of Object.values(PARSER_HANDLERS)) {
      const handler = old[key];
      if (handler !== undefined) parser[key] = handler;
    }
    const headersComplete = parser[PARSER_HANDLERS.headersComplete];
    if (this.#options.head && headersComplete !== undefined && this.#client.conn === undefined) {
      // 1: no body follows, whatever Content-Length says (RFC 9110 §9.3.2).
      parser[PARSER_HANDLERS.headersComplete] = (...args) => {
        headersComplete(...args);
        return 1;
      };
    }
    const execute = parser.execute.bind(parser);
    parser.execute = (chunk) => {
      const consumed = execute(chunk);
      if (consumed instanceof Error && this.#client.parser === parser) {
        this.#lose('other', 'bytes that are not HTTP');
        this.#reopen();
      }
      return consumed;
    };
    return parser;
  }
}

/** Whether the server closes the connection after the response just read (RFC 9112 §9.3). */
function closesAfter(parser: ResponseParser): boolean {
  if (parser.state === 'BODY_RAW') return true;
  if (parser.info.versionMinor === 0) return !parser.connection.includes('keep-alive');
  return parser.connection.includes('close');
}
