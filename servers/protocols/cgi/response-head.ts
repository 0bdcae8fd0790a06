/** The header block of a CGI response (RFC 3875 §6), parsed as it arrives. */

/** Why a response cannot be passed on. */
export class BadCgiResponse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadCgiResponse';
  }
}

export interface CgiHead {
  /** 200 unless the program says otherwise; 302 for a redirect. */
  readonly status: number;
  /** As the program wrote it; null when it wrote none. */
  readonly reason: string | null;
  /** Names and values alternating, in order: `Status` and hop-by-hop fields are taken out. */
  readonly fields: readonly string[];
  /** Path of a local redirect (§6.2.2), to be processed as if the client had asked for it; null otherwise. */
  readonly localRedirect: string | null;
  /** The program's own Content-Length; null when it sent none. */
  readonly contentLength: number | null;
}

export const HEAD_LIMIT_BYTES = 64 * 1024;
export const FIELD_LIMIT = 100;

/** Collects bytes until the header block is whole. */
export class CgiHeadParser {
  #held: Buffer | null = null;
  /** Where the search for the block's end goes on. */
  #searched = 0;

  /**
   * Takes bytes. Returns null while the block is incomplete; then the head and the first bytes of the body
   * (a view, perhaps empty).
   * @throws BadCgiResponse
   */
  feed(chunk: Buffer): { head: CgiHead; rest: Buffer } | null {
    const bytes = this.#held === null ? chunk : Buffer.concat([this.#held, chunk]);
    const end = this.#find(bytes);
    if ((end === null ? bytes.length : end.body) > HEAD_LIMIT_BYTES) {
      throw new BadCgiResponse(`header block over ${HEAD_LIMIT_BYTES} bytes`);
    }
    if (end === null) {
      this.#held = bytes;
      return null;
    }
    this.#held = null;
    return { head: parseHead(bytes.toString('latin1', 0, end.fields)), rest: bytes.subarray(end.body) };
  }

  /** Bytes received of an unfinished block. */
  get heldBytes(): number {
    return this.#held?.length ?? 0;
  }

  /** An empty line ends the block; lines may end in LF or CRLF. */
  #find(bytes: Buffer): { fields: number; body: number } | null {
    let from = this.#searched;
    for (;;) {
      const lineEnd = bytes.indexOf(LF, from);
      if (lineEnd === -1) break;
      const next = bytes[lineEnd + 1];
      if (next === LF) return { fields: lineEnd + 1, body: lineEnd + 2 };
      if (next === CR && bytes[lineEnd + 2] === LF) return { fields: lineEnd + 1, body: lineEnd + 3 };
      if (next === undefined || (next === CR && bytes[lineEnd + 2] === undefined)) {
        this.#searched = lineEnd;
        return null;
      }
      from = lineEnd + 1;
    }
    this.#searched = bytes.length;
    return null;
  }
}

/**
 * Parses a complete block, every line ended.
 * @throws BadCgiResponse
 */
export function parseHead(block: string): CgiHead {
  const lines = block.split('\n');
  lines.pop();
  if (lines.length > FIELD_LIMIT) throw new BadCgiResponse(`more than ${FIELD_LIMIT} header fields`);
  const fields: string[] = [];
  let status: string | null = null;
  let type: string | null = null;
  let location: string | null = null;
  let length: string | null = null;
  for (const ended of lines) {
    const line = ended.endsWith('\r') ? ended.slice(0, -1) : ended;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    if (!TOKEN.test(name)) throw new BadCgiResponse(`malformed header line ${quote(line)}`);
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
    if (CONTROL.test(value)) throw new BadCgiResponse(`control byte in header ${quote(name)}`);
    const lower = name.toLowerCase();
    if (lower === 'status') status = once(status, value, name);
    else if (!HOP_BY_HOP.has(lower)) {
      if (lower === 'content-type') type = once(type, value, name);
      else if (lower === 'location') location = once(location, value, name);
      else if (lower === 'content-length') length = once(length, value, name);
      fields.push(name, value);
    }
  }
  if (lines.length === 0) throw new BadCgiResponse('no header fields');
  if (length !== null && !/^[0-9]{1,15}$/.test(length)) {
    throw new BadCgiResponse(`Content-Length ${quote(length)} is not a number`);
  }
  const alone = location !== null && status === null && type === null;
  return {
    ...parseStatus(status, location !== null),
    fields,
    localRedirect: alone && location !== null && isLocal(location) ? location : null,
    contentLength: length === null ? null : Number(length),
  };
}

function parseStatus(value: string | null, redirects: boolean): { status: number; reason: string | null } {
  if (value === null) return { status: redirects ? 302 : 200, reason: null };
  const match = /^([0-9]{3})(?: (.*))?$/.exec(value);
  const status = Number(match?.[1] ?? 0);
  // 1xx has no place in a document response: a program cannot send two heads.
  if (match === null || status < 200 || status > 599) throw new BadCgiResponse(`Status ${quote(value)}`);
  return { status, reason: match[2] ?? null };
}

/** A path of this server; `//host/…` would be a reference to another one. */
const isLocal = (location: string) => location.startsWith('/') && !location.startsWith('//');

/** §6.3: a CGI field may appear once. */
function once(before: string | null, value: string, name: string): string {
  if (before !== null) throw new BadCgiResponse(`${name} appears twice`);
  return value;
}

const quote = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

const LF = 0x0a;
const CR = 0x0d;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control bytes is its purpose
const CONTROL = /[\x00-\x1f\x7f]/; // oxlint-disable-line no-control-regex
/** Fields about one connection; the gateway frames its own (§6.3.4). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
