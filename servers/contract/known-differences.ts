/**
 * Differences between deployments that cannot be helped, each with its reason: the one table of them. What stands here
 * is shown with its reason and fails nothing; any other difference fails. `docs/behaviour.md` is made from it.
 */
import { compilePattern, type Selectable } from '../../core/stack-name.ts';

export interface KnownDifference {
  /** What differs: the name of a check, the heading of a behaviour, `header server`. */
  readonly about: string;
  /** Stacks that it is known of, in the language of `lab list stacks`. */
  readonly where: string;
  /** What is seen there; anything, where one reason holds for whatever comes. */
  readonly seen: readonly string[] | 'anything';
  readonly reason: string;
}

const FILES = '*-files/*';
const FLOORS = 'app:floor-*';
const CGI_BY_APACHE = 'apache-mod-cgi/*,apache-mod-cgid/*';
/** Backends that are one process, which nothing starts again. */
const ALONE = '*+flup/*,*+waitress/*,*+cheroot/*,gateway-in-process/*';

const known = (
  about: string,
  where: string,
  seen: KnownDifference['seen'],
  reason: string,
): KnownDifference => ({ about, where, seen, reason });

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  known(
    'SCRIPT_NAME',
    'apache-mod-fcgid-htaccess/*',
    ['/dispatch.fcgi'],
    'the rewrite that sends every path to the script leaves its name in SCRIPT_NAME, as on shared hosting',
  ),

  // ── headers of answers ─────────────────────────────────────────────────────────────────────────────
  known('header server', 'all', 'anything', 'each server names itself, or its backend, or nobody'),
  known('header etag', FILES, ['stated'], 'of a file the server knows more than of an answer'),
  known('header last-modified', FILES, ['stated'], 'of a file the server knows more than of an answer'),
  known('header accept-ranges', FILES, ['bytes'], 'a server can send parts of a file'),
  known(
    'header accept-ranges',
    'host:lighttpd',
    ['bytes'],
    'lighttpd can send parts of any answer that it has whole before it begins to pass it on',
  ),
  known(
    'header content-length',
    `${CGI_BY_APACHE},apache-proxy-fcgi*,apache-proxy-scgi*`,
    ['none'],
    'Apache drops the Content-Length of a script unless the whole body comes with its headers, and frames the answer anew',
  ),
  known(
    'header content-length',
    'model:cgi',
    ['stated'],
    'to HEAD wsgiref states the length 0 of the body that it did not send, where the app states none (a stream)',
  ),

  // ── behaviour ──────────────────────────────────────────────────────────────────────────────────────
  known(
    'HEAD',
    `${CGI_BY_APACHE},apache-proxy-fcgi*,apache-proxy-scgi*`,
    ['no length'],
    'Apache drops the Content-Length of a script’s answer to HEAD: no body comes that it could be of',
  ),
  known('404', FILES, ['server'], 'there is no app to answer'),
  known('404', FLOORS, ['200'], 'a floor answers every path alike'),
  known(
    '500',
    'all',
    ['500 text', '500 HTML', '500 empty'],
    'whoever catches the error first words the answer: the framework, its server, or the server in front',
  ),
  known(
    'chunked',
    CGI_BY_APACHE,
    ['empty', 'empty, cut'],
    'CGI has no way to say that a length is unknown: without CONTENT_LENGTH a script reads nothing (RFC 3875, 4.1.2)',
  ),
  known(
    'chunked',
    'apache-mod-python/*',
    ['empty'],
    'the adapter reads by CONTENT_LENGTH, as WSGI has it, and there is none',
  ),
  known(
    'chunked',
    'apache-mod-wsgi*',
    ['411'],
    'mod_wsgi refuses what has no length (WSGIChunkedRequest is off by default)',
  ),
  known(
    'chunked',
    'apache-proxy-scgi*,apache-proxy-uwsgi*',
    ['411'],
    'the protocol begins with the length of the body, and Apache does not gather it first',
  ),
  known(
    'chunked',
    'apache-proxy-fcgi*',
    ['empty'],
    'mod_proxy_fcgi states a CONTENT_LENGTH only if the whole body is there with the headers: chunks that come later are passed on without one, and a WSGI app reads nothing',
  ),
  known(
    'chunked',
    'gateway-cgi/*,gateway-fastcgi*',
    ['411'],
    'the gateway asks for a length where it would have to state one (RFC 3875, 4.1.2)',
  ),
  known(
    'chunked',
    'gateway-proxy*',
    ['empty'],
    'chunks are passed on as chunks; the backend decodes them but states no CONTENT_LENGTH, by which a WSGI app reads',
  ),
  known(
    'Expect',
    'apache-proxy-http+uwsgi/*',
    ['502', '503', 'no answer'],
    'Apache passes Expect on and waits for the backend’s 100 Continue, which uWSGI’s HTTP never sends',
  ),
  known(
    'stream',
    'nginx-fastcgi+fcgiwrap/*',
    ['held'],
    'fcgiwrap gathers what a program writes and passes it on when its buffer is full or the program ends',
  ),
  known(
    'repeated',
    'nginx-fastcgi*,nginx-scgi*,nginx-uwsgi*',
    ['first', 'last'],
    'nginx sends one parameter per header line; which of two with one name an app sees is up to the backend',
  ),
  known('repeated', '*+cheroot*', ['last'], 'cheroot folds only headers that it knows to be lists'),
  known(
    '%2F',
    'host:apache',
    ['server'],
    'Apache answers 404 to an encoded slash by itself (AllowEncodedSlashes is off by default)',
  ),
  known(
    '%2F',
    FILES,
    ['server', '200'],
    'there is no app to answer; lighttpd takes the rest of a path for PATH_INFO',
  ),
  known('%2F', FLOORS, ['200'], 'a floor answers every path alike'),
  known(
    'Proxy:',
    'gateway-in-process/*',
    ['passed'],
    'the app has the request itself: no environment variable is made of a header',
  ),
  known(
    'X_Y:',
    'host:lighttpd,apache-proxy-http*,gateway-in-process/*',
    ['passed'],
    'passed on by the server, and not dropped by the backend as ambiguous; the same header written with dashes cannot be told from it under CGI’s names',
  ),
  known(
    'Authorization',
    `${CGI_BY_APACHE},apache-mod-fcgid*,apache-mod-wsgi*,apache-proxy-fcgi*,apache-proxy-scgi*`,
    ['kept out'],
    'Apache keeps passwords from programs unless told otherwise (CGIPassAuth, WSGIPassAuthorization)',
  ),
  known(
    'Authorization',
    'gateway-cgi/*,gateway-fastcgi*',
    ['kept out'],
    'a program’s environment may be read by others: RFC 3875, 9.2 advises against passing it',
  ),
  known(
    'abort',
    'model:cgi',
    ['runs on'],
    'a program that writes nothing does not notice: the server ends it, if at all, at its next write',
  ),
  known('abort', 'gateway-cgi/*', ['ends'], 'the gateway ends a program as soon as its client is gone'),
  known(
    'kill',
    ALONE,
    ['cut, down', 'clean 200, down'],
    'the app is one process and nothing starts it again: in production a supervisor (systemd) must',
  ),
  known(
    'kill',
    `${CGI_BY_APACHE},lighttpd-cgi/*,nginx-fastcgi+fcgiwrap/*`,
    ['clean 200'],
    'a program’s answer ends where its output does: its death looks like its end',
  ),
  known(
    'kill',
    '*-scgi+*,*-uwsgi+*,*+uwsgi/*,nginx-proxy@close*',
    ['clean 200', 'clean 200, down'],
    'an SCGI, uwsgi or HTTP/1.0 answer without a length ends with its connection: the server cannot tell either',
  ),
  known(
    'kill',
    'apache-mod-fcgid*,apache-mod-wsgi-daemon*,nginx-fastcgi*',
    ['clean 200'],
    'the server ends the answer properly although its protocol could have told it that the process died',
  ),
];

const COMPILED = KNOWN_DIFFERENCES.map((entry) => ({ entry, matches: compilePattern(entry.where) }));

/** The reason for which a difference is expected, or null. */
export function reasonFor(about: string, stack: Selectable, seen: string): string | null {
  const found = COMPILED.find(
    ({ entry, matches }) =>
      entry.about === about && (entry.seen === 'anything' || entry.seen.includes(seen)) && matches(stack),
  );
  return found?.entry.reason ?? null;
}
