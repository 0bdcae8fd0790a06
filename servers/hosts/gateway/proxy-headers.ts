/** Headers on their way through the proxy, as alternating names and values. */
import { plainAddress } from '../../protocols/cgi/environment.ts';

/** About one connection only (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A client must not be able to say these; `Proxy` would become HTTP_PROXY behind a WSGI server. */
const UNTRUSTED = new Set(['forwarded', 'proxy', 'x-real-ip']);

/** The request's headers for the upstream, with the gateway's own X-Forwarded-*. */
export function upstreamHeaders(raw: readonly string[], peer: string): string[] {
  const named = namedByConnection(raw);
  const headers: string[] = [];
  let host = '';
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'host') host = value;
    // An underscore would let X_Forwarded_For pass for X-Forwarded-For behind a CGI-like server.
    const dropped =
      HOP_BY_HOP.has(lower) ||
      UNTRUSTED.has(lower) ||
      lower.startsWith('x-forwarded-') ||
      lower.includes('_');
    if (!dropped && named?.has(lower) !== true) headers.push(name, value);
  }
  headers.push('X-Forwarded-For', plainAddress(peer), 'X-Forwarded-Host', host, 'X-Forwarded-Proto', 'http');
  return headers;
}

/** The upstream's headers for the client. */
export function downstreamHeaders(raw: readonly string[]): string[] {
  const named = namedByConnection(raw);
  const headers: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && named?.has(lower) !== true) headers.push(name, raw[i + 1] ?? '');
  }
  return headers;
}

/** Further hop-by-hop fields that the Connection header names; null when there are none. */
function namedByConnection(raw: readonly string[]): Set<string> | null {
  let named: Set<string> | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    for (const option of (raw[i + 1] ?? '').toLowerCase().split(',')) {
      const trimmed = option.trim();
      if (trimmed === 'keep-alive' || trimmed === 'close' || trimmed === '') continue;
      named ??= new Set();
      named.add(trimmed);
    }
  }
  return named;
}
