import { LabError } from '../../core/errors.ts';
import type { Listen, Site } from '../define.ts';
import { type ApacheText, apache } from './apache.ts';
import { UPSTREAM_IDLE_MS } from './tuning.ts';

/** How a ProxyPass line treats its connections to the backend. */
export interface ProxyLink {
  readonly scheme: 'http' | 'fcgi' | 'scgi' | 'uwsgi';
  readonly upstream: Listen | null;
  readonly site: Site;
  /** Keep connections to the backend for further requests. */
  readonly reuse: boolean;
}

/**
 * One `ProxyPass /` line. `retry=0`: a backend that once refused is tried again at the next request, as by every
 * other server here, instead of being left alone for a minute.
 */
export function proxyPass(link: ProxyLink): ApacheText {
  const scheme = SCHEMES[link.scheme];
  const upstream = upstreamOf(link.upstream);
  const target =
    upstream.kind === 'unix'
      ? apache`"unix:${apache.bareSocket(upstream.path)}|${scheme}://localhost/"`
      : apache`"${scheme}://${apache.address(upstream.address)}:${apache.port(upstream.port)}/"`;
  const reuse = link.reuse
    ? apache`enablereuse=on ttl=${apache.seconds(UPSTREAM_IDLE_MS)}`
    : apache`disablereuse=on`;
  return apache`ProxyTimeout ${apache.seconds(link.site.limits.requestTimeoutMs)}
ProxyPass "/" ${target} retry=0 flushpackets=auto flushwait=10 ${reuse}`;
}

const SCHEMES = { http: apache`http`, fcgi: apache`fcgi`, scgi: apache`scgi`, uwsgi: apache`uwsgi` };

/** The address of a backend that the lab started. */
export function upstreamOf(upstream: Listen | null): Listen {
  if (upstream === null) throw new LabError('E_INTERNAL', 'a proxying connector was given no backend');
  return upstream;
}
