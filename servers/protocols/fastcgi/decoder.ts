/** Reads records from a byte stream, however it is cut (§3.3). */
import { HEADER_BYTES, TYPE, VERSION } from './record.ts';

export interface RecordSink {
  /**
   * Stream records (PARAMS, STDIN, STDOUT, STDERR, DATA) come in pieces as they arrive, none of them empty,
   * and an empty record as one empty piece: the stream's end. All others come whole.
   */
  record(type: number, id: number, content: Buffer): void;
}

/** Bytes that are no FastCGI. */
export class BadRecord extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadRecord';
  }
}

const EMPTY = Buffer.alloc(0);

export class RecordDecoder {
  readonly #sink: RecordSink;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerHave = 0;
  #type = 0;
  #id = 0;
  /** Content and padding bytes of the present record still to come. */
  #content = 0;
  #padding = 0;
  /** Content of a record that is delivered whole, as far as it has arrived. */
  #whole: Buffer | null = null;
  #wholeHave = 0;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  /** Whether the stream stands between two records. */
  get atBoundary(): boolean {
    return this.#headerHave === 0 && this.#content === 0 && this.#padding === 0;
  }

  /** @throws BadRecord on a wrong version byte. The decoder is of no use afterwards. */
  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#content > 0) {
        const take = Math.min(this.#content, chunk.length - at);
        this.#content -= take;
        this.#deliver(chunk.subarray(at, at + take));
        at += take;
      } else if (this.#padding > 0) {
        const take = Math.min(this.#padding, chunk.length - at);
        this.#padding -= take;
        at += take;
      } else if (this.#headerHave === 0 && chunk.length - at >= HEADER_BYTES) {
        this.#begin(chunk, at);
        at += HEADER_BYTES;
      } else {
        const take = Math.min(HEADER_BYTES - this.#headerHave, chunk.length - at);
        chunk.copy(this.#header, this.#headerHave, at, at + take);
        this.#headerHave += take;
        at += take;
        if (this.#headerHave === HEADER_BYTES) {
          this.#headerHave = 0;
          this.#begin(this.#header, 0);
        }
      }
    }
  }

  #begin(bytes: Buffer, at: number): void {
    if (bytes[at] !== VERSION) throw new BadRecord(`FastCGI version ${bytes[at]}, not ${VERSION}`);
    this.#type = bytes[at + 1] ?? 0;
    this.#id = bytes.readUInt16BE(at + 2);
    this.#content = bytes.readUInt16BE(at + 4);
    this.#padding = bytes[at + 6] ?? 0;
    if (this.#content === 0) this.#sink.record(this.#type, this.#id, EMPTY);
  }

  #deliver(piece: Buffer): void {
    if (isStream(this.#type)) {
      this.#sink.record(this.#type, this.#id, piece);
    } else if (this.#whole === null && this.#content === 0) {
      this.#sink.record(this.#type, this.#id, piece);
    } else {
      this.#whole ??= Buffer.allocUnsafe(piece.length + this.#content);
      this.#wholeHave += piece.copy(this.#whole, this.#wholeHave);
      if (this.#content > 0) return;
      const whole = this.#whole;
      this.#whole = null;
      this.#wholeHave = 0;
      this.#sink.record(this.#type, this.#id, whole);
    }
  }
}

const isStream = (type: number) => type >= TYPE.params && type <= TYPE.data;
