/** Serves a node-handler over FastCGI connections. */
import { createServer, type Server, type Socket } from 'node:net';
import {
  HEADER_BYTES,
  STREAM_CONTENT_BYTES,
  streamBytes,
  TYPE,
  writeEnd,
  writeHeader,
  writeStream,
} from '../../protocols/fastcgi/record.ts';
import { encodeLastOutput, Responder } from '../../protocols/fastcgi/responder.ts';
import { callHandler, type Handler } from './handler.ts';
import { HandlerRequest } from './handler-request.ts';
import { HandlerResponse, type OutputSink } from './handler-response.ts';

export type FastcgiHandler = Handler<HandlerRequest, HandlerResponse>;

export interface FastcgiServer {
  readonly server: Server;
  /** Accepts nothing more, lets requests under way end, then resolves. */
  readonly stop: () => Promise<void>;
}

export interface FastcgiServerOptions {
  /** Addresses that may connect (FCGI_WEB_SERVER_ADDRS, §3.2); null for all. */
  readonly allowedPeers: readonly string[] | null;
  /** What GET_VALUES is told. */
  readonly maxConnections: number;
}

/** Above this size a body is written beside its record header, not copied behind it. */
const COPY_LIMIT_BYTES = 16 * 1024;

export function createFastcgiServer(handler: FastcgiHandler, options: FastcgiServerOptions): FastcgiServer {
  const connections = new Set<Connection>();
  const values = {
    FCGI_MAX_CONNS: String(options.maxConnections),
    FCGI_MAX_REQS: String(options.maxConnections),
    FCGI_MPXS_CONNS: '0',
  };
  const server = createServer({ noDelay: true }, (socket) => {
    const peer = socket.remoteAddress?.replace(/^::ffff:/, '');
    if (options.allowedPeers !== null && peer !== undefined && !options.allowedPeers.includes(peer)) {
      socket.destroy();
      return;
    }
    const connection = new Connection(socket, handler, values);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  return {
    server,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.closeWhenIdle();
      }),
  };
}

class Connection {
  readonly #socket: Socket;
  readonly #handler: FastcgiHandler;
  readonly #responder: Responder;
  #request: HandlerRequest | null = null;
  #response: HandlerResponse | null = null;
  #stopping = false;

  constructor(socket: Socket, handler: FastcgiHandler, values: Readonly<Record<string, string>>) {
    this.#socket = socket;
    this.#handler = handler;
    this.#responder = new Responder(
      {
        request: (id, parameters) => this.#begin(id, parameters),
        body: (_, piece) => {
          if (this.#request?.push(piece) === false) socket.pause();
        },
        bodyEnd: () => this.#bodyEnd(),
        abort: () => this.#abort(),
        reply: (bytes) => socket.write(bytes),
      },
      values,
    );
    socket.on('data', (chunk) => {
      try {
        this.#responder.feed(chunk);
      } catch (failure) {
        process.stderr.write(`fastcgi: ${failure instanceof Error ? failure.message : String(failure)}\n`);
        socket.destroy();
      }
    });
    socket.on('drain', () => this.#response?.drained());
    // The peer's reset is followed by 'close', where it is handled.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#bodyEnd();
      const response = this.#response;
      this.#request = null;
      this.#response = null;
      response?.closed(false);
    });
  }

  closeWhenIdle(): void {
    this.#stopping = true;
    // Not a half-close: a server keeps idle connections without reading them, and would never answer it.
    if (this.#responder.idle) this.#socket.destroy();
  }

  #begin(id: number, parameters: Record<string, string>): void {
    const request = new HandlerRequest(parameters, () => {
      if (this.#request === request && this.#socket.isPaused()) this.#socket.resume();
    });
    const response: HandlerResponse = new HandlerResponse(
      this.#sink(id, () => response),
      request.method,
    );
    this.#request = request;
    this.#response = response;
    callHandler(this.#handler, request, response);
  }

  /** STDIN has ended, or the peer is gone: the handler sees the end of the body, never waits for it. */
  #bodyEnd(): void {
    const request = this.#request;
    if (request === null || request.complete) return;
    request.complete = true;
    request.push(null);
  }

  #abort(): void {
    const response = this.#response;
    this.#bodyEnd();
    if (response === null || response.writableEnded) return;
    response.destroy();
    response.closed(false);
  }

  #sink(id: number, response: () => HandlerResponse): OutputSink {
    const socket = this.#socket;
    return {
      write: (head, body) => {
        if (head !== null) writeOutput(socket, id, head);
        return body === null || writeOutput(socket, id, body);
      },
      end: (head, body) => {
        const bytes = (head?.length ?? 0) + (body?.length ?? 0);
        if (bytes <= COPY_LIMIT_BYTES) {
          socket.write(encodeLastOutput(id, head ?? EMPTY, body));
        } else {
          socket.cork();
          if (head !== null) writeOutput(socket, id, head);
          if (body !== null) writeOutput(socket, id, body);
          socket.write(encodeLastOutput(id, EMPTY, null));
          socket.uncork();
        }
        this.#finish();
        response().closed(true);
      },
      fail: () => {
        // A status that is not 0 tells a server that reads it; closing early tells those that do not.
        const end = Buffer.allocUnsafe(2 * HEADER_BYTES);
        writeEnd(end, 0, id, 1, 0);
        this.#stopping = true;
        socket.write(end);
        this.#finish();
      },
    };
  }

  #finish(): void {
    const socket = this.#socket;
    this.#request = null;
    this.#response = null;
    const keep = this.#responder.keepConnection;
    this.#responder.finished();
    // What is left of an unread body must not stop the next request from being read.
    if (socket.isPaused()) socket.resume();
    if (this.#stopping) socket.destroySoon();
    else if (!keep) socket.end();
  }
}

/** Output as STDOUT records: small ones copied into one buffer, large ones corked beside their headers. */
function writeOutput(socket: Socket, id: number, content: Buffer): boolean {
  if (content.length === 0) return true;
  if (content.length <= COPY_LIMIT_BYTES) {
    const buffer = Buffer.allocUnsafe(streamBytes(content.length));
    writeStream(buffer, 0, TYPE.stdout, id, content);
    return socket.write(buffer);
  }
  socket.cork();
  let ready = true;
  for (let from = 0; from < content.length; from += STREAM_CONTENT_BYTES) {
    const part = content.subarray(from, from + STREAM_CONTENT_BYTES);
    socket.write(streamHeader(id, part.length));
    ready = socket.write(part);
  }
  socket.uncork();
  return ready;
}

function streamHeader(id: number, bytes: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  writeHeader(header, 0, TYPE.stdout, id, bytes, 0);
  return header;
}

const EMPTY = Buffer.alloc(0);
