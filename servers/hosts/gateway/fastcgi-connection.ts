/** One connection to a FastCGI responder: at most one request at a time, never multiplexed. */
import { connect, type Socket } from 'node:net';
import type { Listen } from '../../define.ts';
import {
  ClientExchange,
  type EndOfRequest,
  encodeAbort,
  encodeRequest,
  encodeStdin,
} from '../../protocols/fastcgi/client.ts';
import { RecordDecoder } from '../../protocols/fastcgi/decoder.ts';
import { messageOf } from './message.ts';

/** The only request id: ids tell multiplexed requests apart, and there are none. */
const ID = 1;
/** How long an aborted request may take to end before the connection is closed (docs/conformance.md, C61). */
const ABORT_MS = 1_000;

export interface FastcgiEvents {
  stdout(bytes: Buffer): void;
  stderr(bytes: Buffer): void;
  /** The bytes at hand are used up. */
  flush(): void;
  end(end: EndOfRequest): void;
  /** The request cannot be completed. `retriable`: nothing of a response had arrived. */
  failed(failure: { readonly reason: string; readonly retriable: boolean }): void;
  /** The connection takes more of the body. */
  drained(): void;
}

/** Whoever lends connections out. */
export interface ConnectionOwner {
  idle(connection: FastcgiConnection): void;
  closed(connection: FastcgiConnection): void;
}

export class FastcgiConnection {
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  readonly #keep: boolean;
  readonly #decoder = new RecordDecoder({ record: (type, id, content) => this.#record(type, id, content) });
  #exchange: ClientExchange | null = null;
  #events: FastcgiEvents | null = null;
  #bodyEnded = true;
  #broken: string | null = null;
  #abort: NodeJS.Timeout | null = null;
  /** Requests that this connection has carried to their end. */
  served = 0;
  #connected = false;

  constructor(upstream: Listen, keep: boolean, connectTimeoutMs: number, owner: ConnectionOwner) {
    this.#owner = owner;
    this.#keep = keep;
    const socket =
      upstream.kind === 'unix'
        ? connect({ path: upstream.path })
        : connect({ host: upstream.address, port: upstream.port, noDelay: true });
    this.#socket = socket;
    const timer = setTimeout(
      () => this.#break(`no connection within ${connectTimeoutMs} ms`),
      connectTimeoutMs,
    );
    socket.once('connect', () => {
      this.#connected = true;
      clearTimeout(timer);
    });
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('drain', () => this.#events?.drained());
    socket.on('end', () => this.#break('the responder closed the connection'));
    socket.on('error', (failure) => this.#break(messageOf(failure)));
    socket.on('close', () => {
      clearTimeout(timer);
      if (this.#abort !== null) clearTimeout(this.#abort);
      this.#break('the connection closed');
      this.#owner.closed(this);
    });
  }

  get broken(): boolean {
    return this.#broken !== null;
  }

  /** Starts a request. The connection must be idle. */
  begin(parameters: Readonly<Record<string, string>>, hasBody: boolean, events: FastcgiEvents): void {
    this.#events = events;
    this.#exchange = new ClientExchange(ID, {
      stdout: (bytes) => this.#events?.stdout(bytes),
      stderr: (bytes) => this.#events?.stderr(bytes),
      end: (end) => this.#end(end),
    });
    this.#bodyEnded = !hasBody;
    this.#socket.write(encodeRequest(ID, parameters, { keepConnection: this.#keep, hasBody }));
  }

  /**
   * A piece of the body. False: wait for `drained`. The end goes with the last piece: a responder that has
   * read all it was promised may answer and close before another write.
   */
  body(piece: Buffer, isLast: boolean): boolean {
    if (isLast) this.#bodyEnded = true;
    return this.#socket.write(encodeStdin(ID, piece, isLast));
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Gives the request up. The connection ends too: at once when `now`, else after the responder's answer. */
  abort(now: boolean): void {
    this.#events = null;
    if (now || !this.#connected || this.#exchange === null || this.#exchange.ended) {
      this.#socket.destroy();
      return;
    }
    this.#socket.write(encodeAbort(ID));
    this.#socket.resume();
    this.#abort = setTimeout(() => this.#socket.destroy(), ABORT_MS);
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    try {
      if (this.#exchange === null) {
        // Nothing was asked: what comes now belongs to no request.
        this.#socket.destroy();
        return;
      }
      this.#decoder.feed(chunk);
    } catch (failure) {
      this.#break(messageOf(failure));
      this.#socket.destroy();
      return;
    }
    this.#events?.flush();
    if (this.#exchange?.ended === true) this.#settle();
  }

  #record(type: number, id: number, content: Buffer): void {
    this.#exchange?.record(type, id, content);
  }

  #end(end: EndOfRequest): void {
    const events = this.#events;
    this.#events = null;
    events?.end(end);
  }

  /** All of the request's bytes are read: the connection is free, or of no use any more (§3.5). */
  #settle(): void {
    const clean = this.#decoder.atBoundary && this.#exchange?.extra === false && this.#abort === null;
    this.#exchange = null;
    if (!this.#keep || !clean || !this.#bodyEnded || this.#broken !== null) {
      this.#socket.destroy();
      return;
    }
    this.served += 1;
    if (this.#socket.isPaused()) this.#socket.resume();
    this.#owner.idle(this);
  }

  #break(reason: string): void {
    if (this.#broken !== null) return;
    this.#broken = reason;
    const events = this.#events;
    const retriable = this.#exchange?.answered !== true;
    this.#events = null;
    events?.failed({ reason, retriable });
    this.#socket.destroy();
  }
}
