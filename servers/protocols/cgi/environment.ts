/** The environment of a CGI request (RFC 3875 §4.1), as byte strings. Also FastCGI's PARAMS. */
import { addHeaderVariables } from './header-variables.ts';
import type { Target } from './target.ts';

/** What is the same for every request. */
export interface CgiServer {
  /** SERVER_SOFTWARE */
  readonly software: string;
  /** SERVER_NAME where the request's Host is no plain host name. */
  readonly name: string;
  readonly port: number;
  /** PATH_TRANSLATED is derived from it; null where there is no document tree (FastCGI). */
  readonly documentRoot: string | null;
  /**
   * Variables every program gets: an allow-list built from empty, nothing of the gateway's own environment
   * (§7.2).
   */
  readonly base: Readonly<Record<string, string>>;
}

export interface CgiRequest {
  readonly method: string;
  readonly target: Target;
  /** Decoded; '' for an application that is mounted at the root. */
  readonly scriptName: string;
  /** Absolute path of the program; null where there is none. */
  readonly scriptFile: string | null;
  /** Decoded once; '' when there is no extra path. */
  readonly pathInfo: string;
  /** `1.1` */
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
  /** The Host header, or null. */
  readonly host: string | null;
  readonly contentType: string | null;
  /** 0 when there is no body. */
  readonly contentLength: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** Builds the variables of one request. Own names come last, so that no header can replace one. */
export function cgiEnvironment(server: CgiServer, request: CgiRequest): Record<string, string> {
  const environment: Record<string, string> = { ...server.base };
  addHeaderVariables(environment, request.rawHeaders);
  environment.GATEWAY_INTERFACE = 'CGI/1.1';
  environment.SERVER_SOFTWARE = server.software;
  environment.SERVER_PROTOCOL = `HTTP/${request.httpVersion}`;
  environment.SERVER_NAME = hostName(request.host) ?? server.name;
  environment.SERVER_PORT = String(server.port);
  environment.REQUEST_METHOD = request.method;
  environment.REQUEST_URI = request.target.raw;
  environment.QUERY_STRING = request.target.query;
  environment.SCRIPT_NAME = request.scriptName;
  if (request.scriptFile !== null) environment.SCRIPT_FILENAME = request.scriptFile;
  environment.REMOTE_ADDR = plainAddress(request.remoteAddress);
  environment.REMOTE_PORT = String(request.remotePort);
  if (request.pathInfo !== '') {
    environment.PATH_INFO = request.pathInfo;
    if (server.documentRoot !== null) environment.PATH_TRANSLATED = server.documentRoot + request.pathInfo;
  }
  if (request.contentType !== null) environment.CONTENT_TYPE = request.contentType;
  if (request.contentLength > 0) environment.CONTENT_LENGTH = String(request.contentLength);
  return environment;
}

/** The name part of a Host header, when it is a host name or address and nothing else. */
function hostName(host: string | null): string | null {
  const match = host === null ? null : /^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?$/.exec(host);
  return match?.[1] ?? null;
}

/** An address without zone or brackets, and an IPv4 peer on an IPv6 socket as IPv4 (§4.1.8). */
export function plainAddress(address: string): string {
  const bare = address.startsWith('[') ? address.slice(1, -1) : address;
  const zone = bare.indexOf('%');
  const plain = zone === -1 ? bare : bare.slice(0, zone);
  return plain.startsWith('::ffff:') && plain.includes('.') ? plain.slice(7) : plain;
}
