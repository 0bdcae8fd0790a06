/**
 * Values that go into a server's configuration are checked before they are rendered. A value that could mean
 * something to Apache, nginx or lighttpd is refused, not quoted: the three dialects quote differently, and a
 * refusal cannot be got wrong.
 */
import { normalize } from 'node:path';
import { LabError } from '../../core/errors.ts';

/**
 * Characters that end, nest, comment, quote or expand in at least one dialect: `;` `{` `}` (nginx, lighttpd),
 * `"` `'` `` ` `` (all), `$` (variables in all), `#` (comments), `<` `>` (Apache sections), `%` (Apache
 * expressions, uWSGI's magic variables), backslash and every control character, line ends and NUL included.
 */
const HOSTILE = /[\p{Cc}\u2028\u2029;{}"'`$#<>%\\]/u;

/** `sun_path` holds 108 bytes with its closing NUL. unix(7) */
export const MAX_SOCKET_PATH_BYTES = 107;

/** An absolute, canonical path without a hostile character. */
export function checkedPath(value: string): string {
  if (!value.startsWith('/') || normalize(value) !== value || (value !== '/' && value.endsWith('/'))) {
    throw refused('path', value, 'it is not absolute and canonical');
  }
  return checkedText(value, 'path');
}

/** A path for a place without quotes, such as inside a proxy address. */
export function checkedBarePath(value: string): string {
  if (/[\s|,:?*[\]()]/.test(value))
    throw refused('path', value, 'it has a character that ends an unquoted word');
  return checkedPath(value);
}

/** A path that a unix socket can have. */
export function checkedSocketPath(value: string): string {
  const bytes = Buffer.byteLength(value);
  if (bytes > MAX_SOCKET_PATH_BYTES) {
    throw refused('socket path', value, `it has ${bytes} bytes; ${MAX_SOCKET_PATH_BYTES} is the limit`);
  }
  return checkedPath(value);
}

/** Text for a quoted argument: no hostile character, no surrounding space. */
export function checkedText(value: string, what = 'text'): string {
  if (HOSTILE.test(value)) throw refused(what, value, 'it has a character that a server would interpret');
  if (value.trim() !== value) throw refused(what, value, 'it begins or ends with a space');
  if (/\p{Cs}/u.test(value)) throw refused(what, value, 'it is not well-formed Unicode');
  return value;
}

/** The name of a file without its folder: what needs no quotes in any dialect. */
export function checkedFileName(value: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(value)) {
    throw refused(
      'file name',
      value,
      'it has something else than letters, digits, dots, dashes and underscores',
    );
  }
  return value;
}

/** The name of an environment variable. */
export function checkedVariable(value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(value))
    throw refused('variable', value, 'it is not a variable name');
  return value;
}

/** A Python module path or callable: `app`, `site.wsgi`. */
export function checkedIdentifier(value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}(\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,9}$/.test(value)) {
    throw refused('identifier', value, 'it is not a Python name');
  }
  return value;
}

/** An unprivileged port. */
export function checkedPort(value: number): number {
  if (!Number.isInteger(value) || value < 1024 || value > 65535) {
    throw refused('port', String(value), 'it is not a whole number from 1024 to 65535');
  }
  return value;
}

/** A loopback address: generated servers listen, and connect, nowhere else. */
export function checkedAddress(value: string): string {
  if (!/^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(value))
    throw refused('address', value, 'it is not loopback (127.x.x.x)');
  return value;
}

/** A whole number from 0 to 2^31 − 1, which every server can read. */
export function checkedCount(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 2_147_483_647) {
    throw refused('number', String(value), 'it is not a whole number from 0 to 2147483647');
  }
  return value;
}

function refused(what: string, value: string, why: string): LabError {
  return new LabError('E_CONFIG', `a ${what} cannot be written into a server's configuration: ${why}`, {
    facts: { value: JSON.stringify(value.slice(0, 200)) },
    hint: 'Rename it: use letters, digits, dots, dashes, underscores and, in paths, slashes.',
  });
}
