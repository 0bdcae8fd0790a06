/** A response of CGI or FastCGI in the shape of node:http's ServerResponse, as far as handlers use it. */
import { EventEmitter } from 'node:events';

/** Where output goes: STDOUT records, or descriptor 1. */
export interface OutputSink {
  /** More output. False: wait for `drained` before writing more. */
  write(head: Buffer | null, body: Buffer | null): boolean;
  /** The last output. */
  end(head: Buffer | null, body: Buffer | null): void;
  /** The response cannot be completed and must not look complete. */
  fail(): void;
}

type HeaderValue = string | number | readonly string[];
type HeaderInput = Readonly<Record<string, HeaderValue | undefined>> | readonly string[];

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control bytes is its purpose
const BAD_VALUE = /[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]/; // oxlint-disable-line no-control-regex
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export class HandlerResponse extends EventEmitter {
  statusCode = 200;
  statusMessage: string | undefined = undefined;
  headersSent = false;
  writableEnded = false;
  writableFinished = false;
  destroyed = false;
  readonly #fields = new Map<string, readonly [name: string, value: HeaderValue]>();
  readonly #sink: OutputSink;
  readonly #isHead: boolean;

  constructor(sink: OutputSink, method: string) {
    super();
    this.#sink = sink;
    this.#isHead = method === 'HEAD';
  }

  get finished(): boolean {
    return this.writableEnded;
  }

  get writable(): boolean {
    return !this.writableEnded && !this.destroyed;
  }

  setHeader(name: string, value: HeaderValue): this {
    if (this.headersSent) throw new Error('headers are already sent');
    if (!NAME.test(name)) throw new TypeError(`"${name}" is no header name`);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (BAD_VALUE.test(String(one)))
        throw new TypeError(`the value of ${name} has bytes a header cannot have`);
    }
    this.#fields.set(name.toLowerCase(), [name, value]);
    return this;
  }

  getHeader(name: string): HeaderValue | undefined {
    return this.#fields.get(name.toLowerCase())?.[1];
  }

  hasHeader(name: string): boolean {
    return this.#fields.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.#fields.delete(name.toLowerCase());
  }

  getHeaderNames(): string[] {
    return [...this.#fields.keys()];
  }

  getHeaders(): Record<string, HeaderValue> {
    return Object.fromEntries([...this.#fields].map(([name, [, value]]) => [name, value]));
  }

  writeHead(status: number, reason?: string | HeaderInput, headers?: HeaderInput): this {
    if (this.headersSent) throw new Error('headers are already sent');
    this.statusCode = status;
    if (typeof reason === 'string') this.statusMessage = reason;
    const given = typeof reason === 'string' ? headers : (reason ?? headers);
    if (isFlat(given)) {
      for (let i = 0; i + 1 < given.length; i += 2) this.setHeader(given[i] ?? '', given[i + 1] ?? '');
    } else if (given !== undefined) {
      for (const name in given) {
        const value = given[name];
        if (value !== undefined) this.setHeader(name, value);
      }
    }
    return this;
  }

  flushHeaders(): void {
    if (!this.headersSent) this.#sink.write(this.#takeHead(), null);
  }

  write(chunk: string | Uint8Array, encoding?: BufferEncoding | Callback, callback?: Callback): boolean {
    if (this.writableEnded || this.destroyed) return false;
    const body = this.#bodiless ? null : toBuffer(chunk, typeof encoding === 'string' ? encoding : 'utf8');
    const head = this.headersSent ? null : this.#takeHead();
    const ready = head === null && (body === null || body.length === 0) ? true : this.#sink.write(head, body);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done !== undefined) process.nextTick(done);
    return ready;
  }

  end(
    chunk?: string | Uint8Array | Callback,
    encoding?: BufferEncoding | Callback,
    callback?: Callback,
  ): this {
    if (this.writableEnded || this.destroyed) return this;
    const has = typeof chunk === 'string' || chunk instanceof Uint8Array;
    const body = has ? toBuffer(chunk, typeof encoding === 'string' ? encoding : 'utf8') : null;
    const kept = this.#bodiless ? null : body;
    // As node:http does: a body given whole has a known length.
    if (!this.headersSent && !this.#bodiless && !this.hasHeader('content-length')) {
      this.setHeader('Content-Length', body?.length ?? 0);
    }
    const head = this.headersSent ? null : this.#takeHead();
    this.writableEnded = true;
    const done = [chunk, encoding, callback].find((each) => typeof each === 'function');
    if (typeof done === 'function') this.once('finish', done);
    this.#sink.end(head, kept);
    return this;
  }

  /** Ends the response so that nobody takes it for a complete one. */
  destroy(_error?: Error): this {
    if (this.destroyed || this.writableEnded) return this;
    this.destroyed = true;
    this.#sink.fail();
    return this;
  }

  /** To be called by the sink's owner when output may go on. */
  drained(): void {
    this.emit('drain');
  }

  /** To be called by the sink's owner when all output is handed over (true) or the client is gone (false). */
  closed(complete: boolean): void {
    if (complete) {
      this.writableFinished = true;
      this.emit('finish');
    } else {
      this.destroyed = true;
    }
    this.emit('close');
  }

  get #bodiless(): boolean {
    return this.#isHead || this.statusCode === 204 || this.statusCode === 304;
  }

  #takeHead(): Buffer {
    this.headersSent = true;
    const reason = this.statusMessage === undefined ? '' : ` ${this.statusMessage.replace(/[^ -~]/g, '')}`;
    let text = `Status: ${this.statusCode}${reason}\r\n`;
    for (const [name, value] of this.#fields.values()) {
      if (typeof value === 'string' || typeof value === 'number') text += `${name}: ${value}\r\n`;
      else for (const one of value) text += `${name}: ${one}\r\n`;
    }
    return Buffer.from(`${text}\r\n`, 'latin1');
  }
}

type Callback = () => void;

const isFlat = (headers: HeaderInput | undefined): headers is readonly string[] => Array.isArray(headers);

function toBuffer(chunk: string | Uint8Array, encoding: BufferEncoding): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding);
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
