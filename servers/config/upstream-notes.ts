/** What is known of backends as the other end of a server's connection. */
import type { Upstream } from '../../core/words.ts';

/** Backends that close, or mishandle, a connection after its first request; by what they speak. */
const ONE_REQUEST_PER_CONNECTION: Readonly<Record<string, readonly Upstream[]>> = {
  flup: ['fastcgi', 'scgi'],
  'spawn-fcgi': ['fastcgi'],
  fcgiwrap: ['fastcgi'],
  uwsgi: ['fastcgi', 'scgi', 'uwsgi', 'http'],
};

/** Whether connections to this backend must not be kept for further requests. */
export function refusesReuse(backend: string | null, upstream: Upstream): boolean {
  if (upstream === 'scgi' || upstream === 'uwsgi') return true;
  return backend !== null && (ONE_REQUEST_PER_CONNECTION[backend]?.includes(upstream) ?? false);
}

/** What could not be made equal between this backend and others, in words for a reader. */
export function notesOn(
  backend: string | null,
  upstream: Upstream,
  reuse: boolean,
  /** A host that never keeps a connection, whatever the backend can. */
  closingHost: string | null = null,
): readonly string[] {
  const notes: string[] = [];
  if (!reuse) {
    const why =
      upstream === 'scgi' || upstream === 'uwsgi'
        ? `${upstream} has no other way`
        : refusesReuse(backend, upstream) || closingHost === null
          ? `${backend ?? 'the backend'} serves one and closes, or stalls when its connection is kept`
          : `${closingHost} keeps none`;
    notes.push(`a new connection to the backend for each request: ${why}`);
  }
  const shape = backend === null ? undefined : SHAPES[backend];
  if (shape !== undefined) notes.push(shape);
  return notes;
}

const SHAPES: Readonly<Record<string, string>> = {
  flup: 'flup threaded is one process with all slots as threads, flup fork one process per slot; requests beyond the slots wait, where stock flup drops them',
  waitress: 'waitress is one process with all slots as threads',
  cheroot: 'cheroot is one process with all slots as threads',
  'spawn-fcgi':
    'the processes of the script share one socket: one may have more requests than threads while another is idle',
};

/** fcgiwrap exists for servers that cannot run a CGI program; behind one that can it measures nothing new. */
export function runsCgiItself(server: string, backend: string | null): string | null {
  return backend === 'fcgiwrap'
    ? `${server} runs CGI programs itself; fcgiwrap is for servers that cannot`
    : null;
}
