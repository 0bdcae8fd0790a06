/**
 * The request target, split and decoded. Byte strings: every character is one byte (0–255), as in the
 * strings Node's HTTP parser gives; nothing is interpreted as UTF-8 before a program sees it.
 */

export interface Target {
  /** Path as the client sent it, still percent-encoded, beginning with `/`. */
  readonly path: string;
  /** Text after the first `?`, byte for byte; '' when there is none (RFC 3875 §4.1.7). */
  readonly query: string;
  /** Origin form: path, and the query where the client sent a `?`. */
  readonly raw: string;
}

/** A target that must not be served, with the status that says so. */
export class BadTarget extends Error {
  readonly status: 400 | 404;
  constructor(status: 400 | 404, message: string) {
    super(message);
    this.name = 'BadTarget';
    this.status = status;
  }
}

/**
 * Splits an HTTP request target. Absolute form (RFC 9112 §3.2.2) is reduced to origin form.
 * @throws BadTarget for `*`, authority form and bytes that are not printable ASCII.
 */
export function parseTarget(url: string): Target {
  let raw = url;
  if (raw.charCodeAt(0) !== SLASH) {
    const absolute = /^https?:\/\/[^/?#]+([/?].*)?$/i.exec(raw);
    if (absolute === null) throw new BadTarget(400, 'the request target is not a path');
    const rest = absolute[1] ?? '/';
    raw = rest.startsWith('?') ? `/${rest}` : rest;
  }
  if (!PRINTABLE.test(raw))
    throw new BadTarget(400, 'the request target has bytes that are not printable ASCII');
  const mark = raw.indexOf('?');
  return mark === -1
    ? { path: raw, query: '', raw }
    : { path: raw.slice(0, mark), query: raw.slice(mark + 1), raw };
}

/**
 * Decodes a path once. Refused: broken escapes and `%00` (400), `%2F` and dot segments (404), since no
 * program could tell them from what they would be merged with (RFC 3875 §8.1).
 */
export function decodePath(path: string): string {
  if (DOT_SEGMENT.test(path)) throw new BadTarget(404, 'the path has a dot segment');
  if (!path.includes('%')) return path;
  if (BROKEN_ESCAPE.test(path)) throw new BadTarget(400, 'the path has a broken percent escape');
  const decoded = path.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => {
    const byte = Number.parseInt(hex, 16);
    if (byte === 0) throw new BadTarget(400, 'the path has a NUL');
    if (byte === SLASH) throw new BadTarget(404, 'the path has an encoded slash');
    return String.fromCharCode(byte);
  });
  if (DOT_SEGMENT.test(decoded)) throw new BadTarget(404, 'the path has a dot segment');
  return decoded;
}

/** Encodes a decoded byte-string path again, for an interface that wants a URL. */
export function encodePath(path: string): string {
  if (URL_SAFE.test(path)) return path;
  return path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g, (character) => {
    const byte = character.charCodeAt(0);
    return `%${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`;
  });
}

const SLASH = 0x2f;
const PRINTABLE = /^[!-~]*$/;
const DOT_SEGMENT = /(?:^|\/)\.\.?(?:\/|$)/;
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const URL_SAFE = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$/;
