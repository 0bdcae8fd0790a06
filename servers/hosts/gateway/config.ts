/**
 * The gateway's configuration: what a connector's fragment says (`mode`), completed by the host. Written as
 * JSON into the site and read by the gateway's process, which checks it by hand: a schema library would be
 * the larger part of a measured process's memory and start-up.
 */
import type { Limits, Listen } from '../../define.ts';

export type GatewayMode =
  /** Answers with files of a folder, each below its own path. */
  | { readonly kind: 'files'; readonly root: string }
  /** Starts a program of a folder for each request; the first path segment names it. */
  | { readonly kind: 'cgi'; readonly root: string; readonly env: Readonly<Record<string, string>> }
  /**
   * Hands requests to a FastCGI responder. `keep`: connections carry one request after another. `scriptFile`:
   * what an interpreter such as php-cgi is told to run.
   */
  | {
      readonly kind: 'fastcgi';
      readonly upstream: Listen;
      readonly keep: boolean;
      readonly scriptFile?: string;
    }
  /** Calls the handler module in the gateway's own process. */
  | { readonly kind: 'in-process'; readonly module: string }
  /** Hands requests to an HTTP server. */
  | { readonly kind: 'proxy'; readonly upstream: Listen; readonly keep: boolean };

export interface GatewayConfig {
  readonly address: string;
  readonly port: number;
  readonly limits: Limits;
  /** CGI programs at once, or connections to a backend: processes × threads of the capacity. */
  readonly slots: number;
  readonly mode: GatewayMode;
}

/** Requests that may wait for a slot; more are answered with 503 and Retry-After. */
export const QUEUE_LIMIT = 1024;

/** sun_path ends at 107 bytes and a NUL. */
const SOCKET_PATH_LIMIT_BYTES = 107;

/** Configuration that is not what it should be. */
export class BadConfig extends Error {
  constructor(message: string) {
    super(`gateway configuration: ${message}`);
    this.name = 'BadConfig';
  }
}

/** @throws BadConfig */
export function parseConfig(text: string): GatewayConfig {
  const all = object(JSON.parse(text), 'it');
  const limits = object(all.limits, 'limits');
  return {
    address: string(all.address, 'address'),
    port: count(all.port, 'port'),
    limits: {
      requestTimeoutMs: count(limits.requestTimeoutMs, 'limits.requestTimeoutMs'),
      bodyBytes: count(limits.bodyBytes, 'limits.bodyBytes'),
    },
    slots: Math.max(1, count(all.slots, 'slots')),
    mode: readMode(all.mode),
  };
}

/** A connector's fragment, checked. @throws BadConfig */
export function parseMode(text: string): GatewayMode {
  return readMode(JSON.parse(text));
}

function readMode(value: unknown): GatewayMode {
  const mode = object(value, 'mode');
  const kind = mode.kind;
  if (kind === 'files') return { kind, root: string(mode.root, 'root') };
  if (kind === 'cgi') return { kind, root: string(mode.root, 'root'), env: strings(mode.env) };
  if (kind === 'in-process') return { kind, module: string(mode.module, 'module') };
  if (kind === 'fastcgi' || kind === 'proxy') {
    const link = { upstream: readListen(mode.upstream), keep: flag(mode.keep, 'keep') };
    if (kind === 'proxy' || mode.scriptFile === undefined) return { kind, ...link };
    return { kind, ...link, scriptFile: string(mode.scriptFile, 'scriptFile') };
  }
  throw new BadConfig(`mode ${JSON.stringify(kind)} is not known`);
}

function readListen(value: unknown): Listen {
  const listen = object(value, 'upstream');
  if (listen.kind === 'unix') {
    const path = string(listen.path, 'upstream.path');
    if (Buffer.byteLength(path) > SOCKET_PATH_LIMIT_BYTES) {
      throw new BadConfig(`socket path over ${SOCKET_PATH_LIMIT_BYTES} bytes: ${path}`);
    }
    return { kind: 'unix', path };
  }
  if (listen.kind !== 'tcp') throw new BadConfig('upstream is neither unix nor tcp');
  return {
    kind: 'tcp',
    address: string(listen.address, 'upstream.address'),
    port: count(listen.port, 'upstream.port'),
  };
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadConfig(`${what} is no object`);
  return Object.fromEntries(Object.entries(value));
}

function string(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw new BadConfig(`${what} is no text`);
  return value;
}

function flag(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw new BadConfig(`${what} is neither true nor false`);
  return value;
}

function count(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new BadConfig(`${what} is no count`);
  return value;
}

function strings(value: unknown): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, each] of Object.entries(object(value, 'env'))) {
    if (typeof each !== 'string') throw new BadConfig(`env.${name} is no text`);
    all[name] = each;
  }
  return all;
}
