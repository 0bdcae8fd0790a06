/** The application's side of a FastCGI connection (responder role), without any socket. */
import { BadRecord, RecordDecoder } from './decoder.ts';
import { BadPairs, pairsBytes, readPairs, writePairs } from './pairs.ts';
import {
  encodeRecord,
  FLAG_KEEP_CONN,
  HEADER_BYTES,
  PROTOCOL_STATUS,
  ROLE_RESPONDER,
  STREAM_CONTENT_BYTES,
  TYPE,
  writeEnd,
  writeHeader,
} from './record.ts';

export interface ResponderEvents {
  /** All parameters have arrived. Each request has an object of its own. */
  request(id: number, parameters: Record<string, string>): void;
  body(id: number, piece: Buffer): void;
  bodyEnd(id: number): void;
  /** The server gave the request up; END_REQUEST is still owed. */
  abort(id: number): void;
  /** Bytes to write to the peer that belong to no application output. */
  reply(bytes: Buffer): void;
}

/** Far above what servers send (Apache allows 100 headers of 8 KiB); bounds memory. */
const PARAMETERS_LIMIT_BYTES = 1024 * 1024;
/** A record body reused for END_REQUEST refusals. */
const END_BYTES = 2 * HEADER_BYTES;

/**
 * One connection: one request at a time.
 *
 * | state  | BEGIN                     | PARAMS           | STDIN           | ABORT        |
 * |--------|---------------------------|------------------|-----------------|--------------|
 * | idle   | → params, or UNKNOWN_ROLE | ignored          | ignored         | ignored      |
 * | params | same id: BadRecord; other: CANT_MPX_CONN | collected; empty → body | BadRecord | answered, → idle |
 * | body   | other: CANT_MPX_CONN      | BadRecord        | passed; empty → wait | passed  |
 * | wait   | other: CANT_MPX_CONN      | BadRecord        | ignored         | passed       |
 *
 * `finished()` brings it from any state back to idle; what is still to come of that id is then ignored.
 */
export class Responder {
  readonly #events: ResponderEvents;
  readonly #decoder: RecordDecoder;
  readonly #values: Readonly<Record<string, string>>;
  #state: 'idle' | 'params' | 'body' | 'wait' = 'idle';
  #id = 0;
  #keep = true;
  #parts: Buffer[] = [];
  #partsBytes = 0;

  /** `values`: what GET_VALUES is answered from. */
  constructor(events: ResponderEvents, values: Readonly<Record<string, string>>) {
    this.#events = events;
    this.#values = values;
    this.#decoder = new RecordDecoder(this);
  }

  /** Whether the web server wants the connection to stay open after the present request. */
  get keepConnection(): boolean {
    return this.#keep;
  }

  get idle(): boolean {
    return this.#state === 'idle';
  }

  /** @throws BadRecord, BadPairs: close the connection. */
  feed(chunk: Buffer): void {
    this.#decoder.feed(chunk);
  }

  /** END_REQUEST of the present request has been written. */
  finished(): void {
    this.#state = 'idle';
    this.#id = 0;
  }

  record(type: number, id: number, content: Buffer): void {
    if (id === 0) this.#management(type, content);
    else if (type === TYPE.begin) this.#begin(id, content);
    else if (type < TYPE.begin || type > TYPE.unknown) this.#unknown(type);
    else if (id !== this.#id) return;
    else if (type === TYPE.params) this.#params(content);
    else if (type === TYPE.stdin) this.#stdin(content);
    else if (type === TYPE.abort) this.#abort();
  }

  #management(type: number, content: Buffer): void {
    if (type !== TYPE.getValues) {
      this.#unknown(type);
      return;
    }
    const asked = readPairs(content);
    const known: Record<string, string> = {};
    for (const name in asked) {
      const value = this.#values[name];
      if (value !== undefined) known[name] = value;
    }
    const bytes = Buffer.allocUnsafe(pairsBytes(known));
    writePairs(bytes, 0, known);
    this.#events.reply(encodeRecord(TYPE.getValuesResult, 0, bytes));
  }

  #unknown(type: number): void {
    this.#events.reply(encodeRecord(TYPE.unknown, 0, Buffer.from([type, 0, 0, 0, 0, 0, 0, 0])));
  }

  #begin(id: number, content: Buffer): void {
    if (content.length < 8) throw new BadRecord('BEGIN_REQUEST is cut short');
    if (this.#state !== 'idle') {
      if (id === this.#id) throw new BadRecord(`request ${id} begins twice`);
      this.#events.reply(encodeEnd(id, 0, PROTOCOL_STATUS.cantMultiplex));
    } else if (content.readUInt16BE(0) !== ROLE_RESPONDER) {
      this.#events.reply(encodeEnd(id, 0, PROTOCOL_STATUS.unknownRole));
    } else {
      this.#state = 'params';
      this.#id = id;
      this.#keep = ((content[2] ?? 0) & FLAG_KEEP_CONN) !== 0;
    }
  }

  #params(content: Buffer): void {
    if (this.#state !== 'params') throw new BadRecord('PARAMS after their end');
    if (content.length === 0) {
      const [only, ...more] = this.#parts;
      const parameters = readPairs(
        more.length === 0 && only !== undefined ? only : Buffer.concat(this.#parts),
      );
      this.#parts = [];
      this.#partsBytes = 0;
      this.#state = 'body';
      this.#events.request(this.#id, parameters);
      return;
    }
    this.#partsBytes += content.length;
    if (this.#partsBytes > PARAMETERS_LIMIT_BYTES) throw new BadPairs('too many parameters');
    this.#parts.push(content);
  }

  #stdin(content: Buffer): void {
    if (this.#state === 'params') throw new BadRecord('STDIN before the end of PARAMS');
    if (this.#state !== 'body') return;
    if (content.length > 0) {
      this.#events.body(this.#id, content);
      return;
    }
    this.#state = 'wait';
    this.#events.bodyEnd(this.#id);
  }

  #abort(): void {
    if (this.#state === 'params') {
      this.#parts = [];
      this.#partsBytes = 0;
      const id = this.#id;
      this.finished();
      this.#events.reply(encodeEnd(id, 0, PROTOCOL_STATUS.complete));
    } else {
      this.#events.abort(this.#id);
    }
  }
}

export function encodeEnd(id: number, appStatus: number, protocolStatus: number): Buffer {
  const buffer = Buffer.allocUnsafe(END_BYTES);
  writeEnd(buffer, 0, id, appStatus, protocolStatus);
  return buffer;
}

/**
 * The last output of a request, the end of STDOUT and END_REQUEST in one buffer. Meant for small bodies:
 * it copies.
 */
export function encodeLastOutput(id: number, head: Uint8Array, body: Uint8Array | null): Buffer {
  const total = head.length + (body?.length ?? 0);
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + total + HEADER_BYTES + END_BYTES);
  let at = 0;
  if (total > 0) {
    if (total > STREAM_CONTENT_BYTES) throw new RangeError('too long for one record');
    at = writeHeader(buffer, at, TYPE.stdout, id, total, 0);
    buffer.set(head, at);
    at += head.length;
    if (body !== null) {
      buffer.set(body, at);
      at += body.length;
    }
  }
  at = writeHeader(buffer, at, TYPE.stdout, id, 0, 0);
  at = writeEnd(buffer, at, id, 0, PROTOCOL_STATUS.complete);
  return buffer.subarray(0, at);
}
