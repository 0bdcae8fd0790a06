/**
 * Turns the output of a CGI program or FastCGI responder, as it arrives, into an HTTP response.
 *
 * | state    | feed                                   | finish complete     | finish broken         |
 * |----------|----------------------------------------|---------------------|-----------------------|
 * | head     | parsed; complete → body or redirect    | 502                 | the given status      |
 * | body     | passed on                              | ended, or cut short | cut, or status if nothing was sent |
 * | redirect | thrown away                            | redirected          | 502                   |
 * | done     | thrown away                            | –                   | –                     |
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CgiHead, CgiHeadParser } from '../../protocols/cgi/response-head.ts';
import { answerError, type Counters, type Log } from './exchange.ts';

export interface RelayContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly counters: Counters;
  readonly log: Log;
  /** Called once, when the response is complete or cut, or handed to `redirect`. */
  done(): void;
  /** A local redirect (RFC 3875 §6.2.2); the response is still to be given. */
  redirect(location: string): void;
  /** Output can go on after `feed` returned false. */
  drained(): void;
}

export class Relay {
  readonly #context: RelayContext;
  readonly #parser = new CgiHeadParser();
  #state: 'head' | 'body' | 'redirect' | 'done' = 'head';
  #head: CgiHead | null = null;
  /** Body bytes not yet written, while the response's head is not written either. */
  #pending: Buffer | null = null;
  #headWritten = false;
  /** Whether a body may follow, and how much of it the head promises. */
  #bodiless = false;
  #left: number | null = null;
  #surplus = false;
  /** Told to the one who feeds: wait for `drained`. */
  #waiting = false;

  constructor(context: RelayContext) {
    this.#context = context;
  }

  /** Whether the body has come that the program's own Content-Length promised, or none can follow. */
  get isWhole(): boolean {
    return this.#state === 'body' && (this.#bodiless || this.#left === 0);
  }

  /**
   * Takes output. False: the client is slower than the program; wait for `drained`.
   * @throws BadCgiResponse when the output cannot be passed on; then `finish` with the reason.
   */
  feed(chunk: Buffer): boolean {
    if (this.#state === 'head') {
      const parsed = this.#parser.feed(chunk);
      if (parsed === null) return true;
      this.#begin(parsed.head);
      return parsed.rest.length === 0 || this.feed(parsed.rest);
    }
    if (this.#state !== 'body' || this.#bodiless) return true;
    let body = chunk;
    if (this.#left !== null) {
      if (body.length > this.#left) {
        this.#surplus = true;
        body = body.subarray(0, this.#left);
      }
      this.#left -= body.length;
    }
    if (body.length === 0) return true;
    if (!this.#headWritten && this.#pending === null) {
      this.#pending = body;
      return true;
    }
    this.flush();
    return this.#write(body);
  }

  /** To be called when the bytes at hand are used up: writes the head and what is pending in one go. */
  flush(): boolean {
    const head = this.#head;
    if (this.#state !== 'body' || head === null || this.#headWritten) return !this.#waiting;
    this.#writeHead(head, head.fields);
    const body = this.#pending;
    this.#pending = null;
    return body === null ? true : this.#write(body);
  }

  /** All output has come, and the program ended as it should. */
  complete(): void {
    const { request, response, counters } = this.#context;
    if (this.#state === 'head') {
      this.broken(
        502,
        `ended before its header block was complete (${this.#parser.heldBytes} bytes of it came)`,
      );
      return;
    }
    if (this.#state === 'redirect') {
      const location = this.#head?.localRedirect ?? '/';
      this.#state = 'done';
      this.#context.redirect(location);
      return;
    }
    if (this.#state === 'done') return;
    if (this.#left !== null && this.#left > 0 && !this.#bodiless) {
      this.broken(502, `sent ${this.#left} bytes less than its Content-Length`);
      return;
    }
    const head = this.#head;
    if (!this.#headWritten && head !== null) {
      // Everything is here: a length can be given where the program gave none.
      const known = head.contentLength !== null || this.#bodiless;
      const length = String(this.#pending?.length ?? 0);
      this.#writeHead(head, known ? head.fields : [...head.fields, 'Content-Length', length]);
    }
    this.#state = 'done';
    if (this.#surplus) response.once('finish', () => request.socket.end());
    if (this.#pending === null) response.end();
    else response.end(this.#pending);
    this.#pending = null;
    request.resume();
    if (response.destroyed) counters.aborted += 1;
    this.#context.done();
  }

  /** The output cannot be completed: an error if nothing was sent yet, else a cut connection. */
  broken(status: number, reason: string): void {
    const { request, response, counters, log } = this.#context;
    if (this.#state === 'done') return;
    this.#state = 'done';
    this.#pending = null;
    log(`${request.method} ${request.url}: ${reason}`);
    if (this.#headWritten) {
      counters.truncated += 1;
      response.destroy();
    } else {
      if (status === 504) counters.timedOut += 1;
      else if (status === 503) counters.overloaded += 1;
      else counters.badGateway += 1;
      answerError(request, response, status, status === 503 ? ['Retry-After', '1'] : []);
    }
    this.#context.done();
  }

  /** The client is gone: nothing can be told to anyone. */
  abandon(): void {
    if (this.#state === 'done') return;
    this.#state = 'done';
    this.#pending = null;
    this.#context.counters.aborted += 1;
    this.#context.done();
  }

  #begin(head: CgiHead): void {
    this.#head = head;
    if (head.localRedirect !== null) {
      this.#state = 'redirect';
      return;
    }
    this.#state = 'body';
    this.#bodiless = this.#context.request.method === 'HEAD' || head.status === 204 || head.status === 304;
    this.#left = head.contentLength;
  }

  #writeHead(head: CgiHead, fields: readonly string[]): void {
    this.#headWritten = true;
    const { response } = this.#context;
    if (head.reason === null || head.reason === '') response.writeHead(head.status, [...fields]);
    else response.writeHead(head.status, head.reason, [...fields]);
    // Without a body to go with it, Node would keep the head back until the end.
    if (this.#bodiless || this.#pending === null) response.flushHeaders();
  }

  #write(body: Buffer): boolean {
    const { response } = this.#context;
    const ready = response.write(body);
    if (!ready && !this.#waiting) {
      this.#waiting = true;
      response.once('drain', () => {
        this.#waiting = false;
        this.#context.drained();
      });
    }
    return ready;
  }
}
