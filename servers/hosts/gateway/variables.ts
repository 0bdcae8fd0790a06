/** The CGI variables of a node:http request, for a process or a FastCGI responder. */
import type { IncomingMessage } from 'node:http';
import { type CgiServer, cgiEnvironment } from '../../protocols/cgi/environment.ts';
import type { Target } from '../../protocols/cgi/target.ts';

export const SOFTWARE = 'lab-gateway';

export interface Place {
  readonly target: Target;
  readonly scriptName: string;
  readonly scriptFile: string | null;
  readonly pathInfo: string;
}

/** `asGet`: a local redirect is processed as a GET without a body (RFC 3875 §6.2.2). */
export function variablesOf(
  server: CgiServer,
  request: IncomingMessage,
  place: Place,
  contentLength: number,
  asGet: boolean,
): Record<string, string> {
  return cgiEnvironment(server, {
    ...place,
    method: asGet && request.method !== 'HEAD' ? 'GET' : (request.method ?? 'GET'),
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    host: request.headers.host ?? null,
    contentType: asGet ? null : (request.headers['content-type'] ?? null),
    contentLength,
    remoteAddress: request.socket.remoteAddress ?? '',
    remotePort: request.socket.remotePort ?? 0,
  });
}
