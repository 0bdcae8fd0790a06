/**
 * The part of autocannon 9's HTTP client (lib/httpClient.js) that the driver builds on. autocannon offers
 * no way to drain, to see a lost request or a body's bytes, so each client is adapted as it is set up;
 * everything adapted is named here, and a version that lacks any of it is refused.
 */
import type { Socket } from 'node:net';
import type { Client } from 'autocannon';
import { LabError } from '../../core/errors.ts';

/** http-parser-js 0.5: parser of one connection. */
export interface ResponseParser {
  readonly constructor: new (type: string) => ResponseParser;
  readonly type: string;
  /** `BODY_RAW`: reading a body that only the end of the connection delimits. */
  readonly state: string;
  /** Value of the response's Connection headers, in lower case. */
  readonly connection: string;
  readonly info: { readonly versionMinor?: number; readonly statusCode?: number };
  /** Bytes consumed, or what is wrong with them. */
  execute(chunk: Buffer): number | Error;
  /** The connection ended: completes a BODY_RAW response. */
  finish(): unknown;
  [handler: number]: (...args: never[]) => unknown;
}

/** One client drives one connection. */
export interface AutocannonClient extends Client {
  timeout: number;
  readonly destroyed: boolean;
  parser: ResponseParser;
  /** Absent before the first `_connect`. */
  readonly conn?: Socket;
  /** Requests sent and not yet answered: one at most, as nothing is pipelined. */
  readonly pipelinedRequests: { size(): number; clear(): void; addBody(bytes: Buffer): void };
  _connect(): void;
  _doRequest(): void;
  _destroyConnection(): void;
  destroy(): void;
  getRequestBuffer(): Buffer;
}

/** http-parser-js's handler keys. */
export const PARSER_HANDLERS = { headers: 1, headersComplete: 2, body: 3, messageComplete: 4 } as const;

/** Narrows what `setupClient` is given. @throws LabError E_INTERNAL when autocannon's inside is another */
export function autocannonClient(client: Client): AutocannonClient {
  if (isAutocannonClient(client)) return client;
  throw new LabError('E_INTERNAL', 'this version of autocannon cannot be driven', {
    hint: 'Install the pinned version with `npm ci`.',
  });
}

function isAutocannonClient(client: Client): client is AutocannonClient {
  const has = (holder: object, key: string, type: string): boolean =>
    typeof Reflect.get(holder, key) === type;
  const inner = (key: string): object => {
    const value: unknown = Reflect.get(client, key);
    return typeof value === 'object' && value !== null ? value : {};
  };
  return (
    ['_connect', '_doRequest', '_destroyConnection', 'destroy', 'getRequestBuffer'].every((method) =>
      has(client, method, 'function'),
    ) &&
    has(client, 'timeout', 'number') &&
    ['size', 'clear', 'addBody'].every((method) => has(inner('pipelinedRequests'), method, 'function')) &&
    ['execute', 'finish'].every((method) => has(inner('parser'), method, 'function')) &&
    has(inner('parser'), 'state', 'string')
  );
}
