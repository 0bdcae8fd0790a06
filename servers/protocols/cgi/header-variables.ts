/** Request headers as `HTTP_*` variables (RFC 3875 §4.1.18). */

/**
 * Never exported: what the gateway has its own variable for or consumes itself (§4.1.18), credentials
 * (§9.2), and `Proxy`, which as HTTP_PROXY would redirect a program's own requests (CVE-2016-5385).
 */
const WITHHELD = new Set([
  'AUTHORIZATION',
  'CONNECTION',
  'CONTENT_LENGTH',
  'CONTENT_TYPE',
  'KEEP_ALIVE',
  'PROXY',
  'PROXY_AUTHORIZATION',
  'PROXY_CONNECTION',
  'TE',
  'TRAILER',
  'TRANSFER_ENCODING',
  'UPGRADE',
]);

/** Bounds the memory that strange header names can take. */
const CACHE_LIMIT = 512;
const cache = new Map<string, string | null>();

/**
 * The variable for a header's name, or null when the header is not to be exported. A name with anything
 * outside `[A-Za-z0-9-]` is dropped, so that `X_Forwarded_For` cannot pass for `X-Forwarded-For`.
 */
export function headerVariable(name: string): string | null {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const variable = derive(name);
  if (cache.size < CACHE_LIMIT) cache.set(name, variable);
  return variable;
}

function derive(name: string): string | null {
  if (!/^[A-Za-z0-9-]+$/.test(name)) return null;
  const upper = name.toUpperCase().replaceAll('-', '_');
  return WITHHELD.has(upper) ? null : `HTTP_${upper}`;
}

/**
 * Adds every exportable header. `raw` alternates names and values, as `IncomingMessage.rawHeaders` does.
 * Repeated headers become one value with the same meaning: joined by `, `, and by `; ` for Cookie.
 */
export function addHeaderVariables(environment: Record<string, string>, raw: readonly string[]): void {
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const variable = headerVariable(raw[i] ?? '');
    if (variable === null) continue;
    const value = raw[i + 1] ?? '';
    const before = environment[variable];
    if (before === undefined) environment[variable] = value;
    else environment[variable] = `${before}${variable === 'HTTP_COOKIE' ? '; ' : ', '}${value}`;
  }
}
