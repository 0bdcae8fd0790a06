/** The client's side of one FastCGI request, without any socket. */
import { BadRecord } from './decoder.ts';
import { pairsBytes, writePairs } from './pairs.ts';
import {
  HEADER_BYTES,
  STREAM_CONTENT_BYTES,
  streamBytes,
  TYPE,
  writeBegin,
  writeHeader,
  writeStream,
} from './record.ts';

export interface EndOfRequest {
  readonly appStatus: number;
  readonly protocolStatus: number;
}

export interface ExchangeEvents {
  stdout(bytes: Buffer): void;
  stderr(bytes: Buffer): void;
  end(end: EndOfRequest): void;
}

/**
 * BEGIN_REQUEST, all of PARAMS with its end, and the end of STDIN when there is no body, in one buffer, so
 * that a bodyless request is one write.
 */
export function encodeRequest(
  id: number,
  parameters: Readonly<Record<string, string>>,
  options: { readonly keepConnection: boolean; readonly hasBody: boolean },
): Buffer {
  if (id < 1 || id > 0xffff) throw new RangeError(`request id ${id} is not in 1–65535`);
  const bytes = pairsBytes(parameters);
  const buffer = Buffer.allocUnsafe(2 * HEADER_BYTES + streamBytes(bytes) + 2 * HEADER_BYTES);
  let at = writeBegin(buffer, 0, id, options.keepConnection);
  if (bytes <= STREAM_CONTENT_BYTES) {
    if (bytes > 0) at = writePairs(buffer, writeHeader(buffer, at, TYPE.params, id, bytes, 0), parameters);
  } else {
    const pairs = Buffer.allocUnsafe(bytes);
    writePairs(pairs, 0, parameters);
    at = writeStream(buffer, at, TYPE.params, id, pairs);
  }
  at = writeHeader(buffer, at, TYPE.params, id, 0, 0);
  if (!options.hasBody) at = writeHeader(buffer, at, TYPE.stdin, id, 0, 0);
  return buffer.subarray(0, at);
}

/** A piece of the body as STDIN records, followed by the stream's end when it is the last piece. */
export function encodeStdin(id: number, body: Uint8Array, isLast: boolean): Buffer {
  const buffer = Buffer.allocUnsafe(streamBytes(body.length) + (isLast ? HEADER_BYTES : 0));
  const at = writeStream(buffer, 0, TYPE.stdin, id, body);
  if (isLast) writeHeader(buffer, at, TYPE.stdin, id, 0, 0);
  return buffer;
}

export function encodeAbort(id: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES);
  writeHeader(buffer, 0, TYPE.abort, id, 0, 0);
  return buffer;
}

/**
 * Takes the records of a connection that has one request under way, which is all this client ever has.
 *
 * | state | STDOUT, STDERR | END_REQUEST   | other id, management | other type |
 * |-------|----------------|---------------|----------------------|------------|
 * | open  | passed on      | passed, ended | ignored              | BadRecord  |
 * | ended | extra          | extra         | ignored              | BadRecord  |
 *
 * `extra` says that the connection carried more than belongs to the request: it must not be reused.
 */
export class ClientExchange {
  readonly id: number;
  readonly #events: ExchangeEvents;
  #ended = false;
  /** Any record of this request has arrived. */
  answered = false;
  extra = false;

  constructor(id: number, events: ExchangeEvents) {
    this.id = id;
    this.#events = events;
  }

  get ended(): boolean {
    return this.#ended;
  }

  record(type: number, id: number, content: Buffer): void {
    if (type < TYPE.begin || type > TYPE.unknown) throw new BadRecord(`unknown record type ${type}`);
    if (id !== this.id) return;
    if (this.#ended) {
      this.extra = true;
      return;
    }
    this.answered = true;
    if (type === TYPE.stdout) {
      if (content.length > 0) this.#events.stdout(content);
    } else if (type === TYPE.stderr) {
      if (content.length > 0) this.#events.stderr(content);
    } else if (type === TYPE.end) {
      if (content.length < 8) throw new BadRecord('END_REQUEST is cut short');
      this.#ended = true;
      this.#events.end({ appStatus: content.readUInt32BE(0), protocolStatus: content[4] ?? 0 });
    } else {
      throw new BadRecord(`record type ${type} from a responder`);
    }
  }
}
