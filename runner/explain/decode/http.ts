/** Reads one HTTP/1.x message from bytes as they were on the wire (RFC 9112). */
import type { Message } from '../../../results/schema/explanation.ts';
import { preview } from './preview.ts';

export interface HttpMessage {
  readonly startLine: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly headBytes: number;
  /** Without the framing of chunks. */
  readonly body: Buffer;
  /** How the end of the body is known. `close`: by the end of the connection. */
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
  /** All of it is there; with `close` that is never known from bytes. */
  readonly isWhole: boolean;
}

const HEAD_END = '\r\n\r\n';
const INTERIM = /^HTTP\/1\.[01] 1\d\d/;
const BODILESS = /^HTTP\/1\.[01] (204|304)/;

/**
 * @param toHead the message answers a HEAD request, and has no body whatever it says
 * @returns null while the head is not whole. Interim answers (1xx) are passed over.
 */
export function parseHttp(bytes: Buffer, toHead = false): HttpMessage | null {
  const end = bytes.indexOf(HEAD_END, 0, 'latin1');
  if (end < 0) return null;
  const headBytes = end + HEAD_END.length;
  const [startLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  if (INTERIM.test(startLine)) return parseHttp(bytes.subarray(headBytes), toHead);
  const headers = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const head = { startLine, headers, headBytes };
  const rest = bytes.subarray(headBytes);
  const isAnswer = startLine.startsWith('HTTP/');
  const none = { ...head, body: Buffer.alloc(0), framing: 'none', isWhole: true } as const;
  if (toHead || BODILESS.test(startLine)) return none;
  const value = (name: string) => headers.find(([each]) => each.toLowerCase() === name)?.[1];
  if (/chunked/i.test(value('transfer-encoding') ?? '')) {
    return { ...head, framing: 'chunked', ...unchunk(rest) };
  }
  const length = value('content-length');
  if (length !== undefined) {
    const body = rest.subarray(0, Number(length));
    return { ...head, body, framing: 'length', isWhole: body.length === Number(length) };
  }
  return isAnswer ? { ...head, body: rest, framing: 'close', isWhole: false } : none;
}

function unchunk(bytes: Buffer): { body: Buffer; isWhole: boolean } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at, 'latin1');
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) return { body: Buffer.concat(parts), isWhole: false };
    const from = lineEnd + 2;
    if (size === 0) {
      // The trailer section ends in an empty line; mostly it is nothing else.
      const isWhole = bytes.indexOf('\r\n', from, 'latin1') >= 0;
      return { body: Buffer.concat(parts), isWhole };
    }
    parts.push(bytes.subarray(from, from + size));
    at = from + size + 2;
    if (at > bytes.length) return { body: Buffer.concat(parts), isWhole: false };
  }
}

const FRAMING = {
  none: null,
  length: 'its length is told by Content-Length',
  chunked: 'sent in chunks, each with its length before it',
  close: 'its end is the end of the connection',
} as const;

/** Line, headers and body of a message, for a reader. */
export function describeHttp(
  bytes: Buffer,
  direction: Message['direction'],
  toHead = false,
): readonly Message[] {
  const parsed = parseHttp(bytes, toHead);
  if (parsed === null) return [{ ...raw(bytes, direction), title: 'bytes that are no HTTP message' }];
  const { startLine, headers, headBytes, body, framing } = parsed;
  const what = direction === 'there' ? 'request' : 'answer';
  const head: Message = {
    direction,
    title: startLine,
    note: `HTTP ${what}: a line, headers, an empty line`,
    pairs: headers.map(([name, value]): [string, string] => [name, value]),
    text: null,
    bytes: headBytes,
  };
  if (framing === 'none') return [head];
  return [
    head,
    {
      direction,
      title: `${what} body`,
      note: FRAMING[framing],
      pairs: [],
      text: preview(body),
      bytes: body.length,
    },
  ];
}

/** Bytes as they are. */
export const raw = (bytes: Buffer, direction: Message['direction']): Message => ({
  direction,
  title: direction === 'there' ? 'bytes sent' : 'bytes answered',
  note: null,
  pairs: [],
  text: preview(bytes),
  bytes: bytes.length,
});
