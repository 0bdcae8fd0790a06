/** Reads an HTTP/1.1 answer from bytes as they come (RFC 9112, 6 and 7.1), and says whether it came whole. */

export interface RawReply {
  /** Status of each interim (1xx) answer. */
  readonly interim: readonly number[];
  /** null: nothing that is an answer came. */
  readonly status: number | null;
  /** In the order of arrival; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Without the framing of chunks. */
  readonly body: Buffer;
  /** whole: as its framing says. cut: it ended early. by close: nothing but the end of the connection tells. */
  readonly framing: 'whole' | 'cut' | 'by close';
  readonly closed: 'ended' | 'reset' | 'by us';
  /** When bytes of the body came, from the request on. */
  readonly arrivals: readonly { readonly atMs: number; readonly bytes: number }[];
}

interface Head {
  readonly status: number;
  readonly headers: RawReply['headers'];
}

const HEAD_END = '\r\n\r\n';

/** Takes blocks until the answer is whole or the connection ends. */
export class ReplyReader {
  readonly #isHead: boolean;
  readonly #begunAt: number;
  readonly #interim: number[] = [];
  readonly #arrivals: { atMs: number; bytes: number }[] = [];
  #head: Head | null = null;
  #unread: Buffer = Buffer.alloc(0);
  readonly #body: Buffer[] = [];
  #bodyBytes = 0;
  /** Left of the current chunk; null: a size line is due. */
  #chunkLeft: number | null = null;
  #isWhole = false;

  constructor(isHead: boolean, begunAt: number) {
    this.#isHead = isHead;
    this.#begunAt = begunAt;
  }

  /** Never for HEAD, nor where only the end of the connection ends the answer: more may follow. */
  get isWhole(): boolean {
    return this.#isWhole && !this.#isHead;
  }

  take(block: Buffer, now: number): void {
    this.#unread = this.#unread.length === 0 ? block : Buffer.concat([this.#unread, block]);
    if (this.#head === null) this.#readHead();
    if (this.#head === null) return;
    const before = this.#bodyBytes;
    this.#readBody(this.#head);
    if (this.#bodyBytes > before) {
      this.#arrivals.push({ atMs: now - this.#begunAt, bytes: this.#bodyBytes - before });
    }
  }

  finish(closed: RawReply['closed']): RawReply {
    const framing = this.#isWhole
      ? 'whole'
      : this.#head !== null && this.#framingOf(this.#head) === 'close' && closed === 'ended'
        ? 'by close'
        : 'cut';
    return {
      interim: this.#interim,
      status: this.#head?.status ?? null,
      headers: this.#head?.headers ?? [],
      body: Buffer.concat(this.#body),
      framing,
      closed,
      arrivals: this.#arrivals,
    };
  }

  #readHead(): void {
    for (;;) {
      const end = this.#unread.indexOf(HEAD_END);
      if (end < 0) return;
      const head = parseHead(this.#unread.toString('latin1', 0, end));
      if (head === null) return;
      this.#unread = this.#unread.subarray(end + HEAD_END.length);
      if (head.status < 100 || head.status > 199) {
        this.#head = head;
        this.#isWhole = this.#isHead || head.status === 204 || head.status === 304;
        return;
      }
      this.#interim.push(head.status);
    }
  }

  #framingOf({ headers }: Head): 'chunked' | 'length' | 'close' {
    const codings = headers.filter(([name]) => name === 'transfer-encoding').map(([, value]) => value);
    if (codings.some((coding) => /\bchunked\b/i.test(coding))) return 'chunked';
    return headers.some(([name]) => name === 'content-length') ? 'length' : 'close';
  }

  #readBody(head: Head): void {
    const framing = this.#framingOf(head);
    if (this.#isHead || framing === 'close') {
      this.#keep(this.#unread.length);
    } else if (framing === 'length') {
      const length = Number(head.headers.find(([name]) => name === 'content-length')?.[1]);
      this.#keep(Math.min(this.#unread.length, length - this.#bodyBytes));
      this.#isWhole = this.#bodyBytes === length;
    } else {
      while (!this.#isWhole && this.#readChunk());
    }
  }

  /** @returns whether there may be more to read */
  #readChunk(): boolean {
    if (this.#chunkLeft === null) {
      const end = this.#unread.indexOf('\r\n');
      if (end < 0) return false;
      const size = Number.parseInt(this.#unread.toString('latin1', 0, end), 16);
      if (size === 0) {
        // Trailers are of no interest: the last chunk is the end.
        this.#isWhole = this.#unread.indexOf(HEAD_END, end) >= 0;
        return false;
      }
      if (Number.isNaN(size)) return false;
      this.#unread = this.#unread.subarray(end + 2);
      this.#chunkLeft = size;
    }
    if (this.#chunkLeft > 0) {
      const taken = this.#keep(Math.min(this.#unread.length, this.#chunkLeft));
      this.#chunkLeft -= taken;
      if (this.#chunkLeft > 0) return false;
    }
    if (this.#unread.length < 2) return false;
    this.#unread = this.#unread.subarray(2);
    this.#chunkLeft = null;
    return true;
  }

  #keep(bytes: number): number {
    if (bytes <= 0) return 0;
    this.#body.push(this.#unread.subarray(0, bytes));
    this.#bodyBytes += bytes;
    this.#unread = this.#unread.subarray(bytes);
    return bytes;
  }
}

function parseHead(text: string): Head | null {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first);
  if (status === null) return null;
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(status[1]), headers };
}

/** The only, or first, value of a header; null: it is not there. */
export const headerOf = (name: string, { headers }: Pick<RawReply, 'headers'>): string | null =>
  headers.find(([each]) => each === name)?.[1] ?? null;
