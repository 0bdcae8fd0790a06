/**
 * What every full app must answer, computed here in TypeScript without any app's code.
 * A route that answers the same bytes each time has its answer here; the others have a shape (`shapes.ts`).
 */
import { createHash } from 'node:crypto';
import { pageDocument } from './page.ts';
import { rowsDocument } from './rows.ts';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** A request as the contract sees it: the path is below the stack's base path and includes the query. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array | string | null;
}

export const TEXT = 'text/plain; charset=utf-8';
export const HTML = 'text/html; charset=utf-8';
export const JSON_TYPE = 'application/json';
export const BYTES = 'application/octet-stream';

/** Limits of the arguments, the same in every app. */
export const LIMITS = { bytes: 64 * 1024 * 1024, rounds: 1_000_000, chunks: 100, waitMs: 60_000 } as const;

const NOT_FOUND = answer(404, TEXT, 'not found\n');
const BAD_REQUEST = answer(400, TEXT, 'bad request\n');

type Query = (name: string, fallback: number | null, low: number, high: number) => number | null;

/** Exact answers to GET, by path. null: a bad argument. */
const GET: Readonly<Record<string, (query: Query) => Answer | null>> = {
  '/hello': () => answer(200, TEXT, 'Hello, world!\n'),
  '/json': () => answer(200, JSON_TYPE, '{"message":"Hello, world!"}'),
  '/bytes': (query) => {
    const length = query('n', null, 0, LIMITS.bytes);
    return length === null ? null : answer(200, BYTES, patternBytes(length));
  },
  '/work': (query) => {
    const rounds = query('rounds', 1, 1, LIMITS.rounds);
    return rounds === null ? null : answer(200, TEXT, `${chainedDigest(rounds)}\n`);
  },
  '/page': () => answer(200, HTML, pageDocument()),
  '/rows': () => answer(200, JSON_TYPE, rowsDocument()),
  '/stream': (query) => {
    const chunks = query('chunks', 1, 1, LIMITS.chunks);
    const pauseMs = query('ms', 0, 0, LIMITS.waitMs);
    if (chunks === null || pauseMs === null) return null;
    return answer(200, TEXT, Array.from({ length: chunks }, (_, index) => `chunk ${index + 1}\n`).join(''));
  },
  '/wait': (query) => {
    const ms = query('ms', 0, 0, LIMITS.waitMs);
    return ms === null ? null : answer(200, TEXT, `waited ${ms}\n`);
  },
};

/** Paths whose answers differ from call to call or from server to server. */
const UNPREDICTABLE: readonly string[] = ['/env', '/who', '/boom'];

/**
 * The one right answer to a request; null when it has a shape or a status only (`/env`, `/who`, `/boom`).
 * Knows `/rows`: an app without that extra answers 404 there, so ask only apps that claim it.
 */
export function rightAnswer(asked: Asked): Answer | null {
  const [path = '', search = ''] = splitOnce(asked.path, '?');
  if (asked.method === 'POST' && path === '/echo') return echo(asked.body);
  if (asked.method !== 'GET' && asked.method !== 'HEAD') return NOT_FOUND;
  if (UNPREDICTABLE.includes(path)) return null;
  const route = Object.hasOwn(GET, path) ? GET[path] : undefined;
  if (route === undefined) return NOT_FOUND;
  const parameters = new URLSearchParams(search);
  return (
    route((name, fallback, low, high) => integer(parameters.get(name), fallback, low, high)) ?? BAD_REQUEST
  );
}

function answer(status: number, contentType: string, body: string | Buffer): Answer {
  return { status, contentType, body: Buffer.from(body) };
}

function echo(body: Asked['body']): Answer {
  const bytes = Buffer.from(body ?? '');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return answer(200, JSON_TYPE, `{"length":${bytes.length},"sha256":"${sha256}"}`);
}

function integer(text: string | null, fallback: number | null, low: number, high: number): number | null {
  if (text === null) return fallback;
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : null;
}

/** `length` bytes, byte i being i mod 251. */
export function patternBytes(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let index = 0; index < Math.min(length, 251); index += 1) bytes[index] = index;
  // Doubling: what is there is copied behind itself, a whole number of periods at a time.
  for (let filled = 251; filled < length; filled *= 2)
    bytes.copy(bytes, filled, 0, Math.min(filled, length - filled));
  return bytes;
}

function chainedDigest(rounds: number): string {
  let value: Buffer = Buffer.alloc(0);
  for (let round = 0; round < rounds; round += 1) value = createHash('sha256').update(value).digest();
  return value.toString('hex');
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}
