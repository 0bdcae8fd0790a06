/**
 * The contract: the requests that make applications identical, each with its comparison and its right answer.
 * `full` apps answer all of it; floors and files claim `/hello` only.
 */
import { createHash } from 'node:crypto';
import { LabError } from '../core/errors.ts';
import type { ContractName } from '../core/words.ts';
import { type Answer, type Asked, JSON_TYPE, rightAnswer } from './contract/answers.ts';

/** How an answer is compared: every byte, every byte but not the timing, its fields, or its status only. */
export type Comparison = 'exact' | 'bytes' | 'shape' | 'status';

/** A request of the contract. `path` is below the stack's base path. */
export interface ContractRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

/** One check of the contract. */
export interface ContractRoute {
  /** As shown to people: `GET /hello`. Unique. */
  readonly name: string;
  readonly request: ContractRequest;
  readonly expect:
    | { readonly comparison: 'exact' | 'bytes'; readonly answer: () => Answer }
    | { readonly comparison: 'shape'; readonly shape: 'who' | 'env'; readonly contentType: string }
    | { readonly comparison: 'status'; readonly status: number };
  /** Part of the short check before and after each measurement. */
  readonly spot: boolean;
  /** HEAD of the same path must answer the same status and headers, without a body. */
  readonly head: boolean;
}

/** Sent with `GET /env`; the app must see it as it was sent. */
export const ENV_PROBE = {
  path: '/env',
  query: 'a=1&b=%C3%A9%20x',
  header: ['X-Lab-Check', 'seven eight; nine'],
} as const;

/** How long `GET /wait` is asked to wait, and `GET /stream` to pause between its chunks. */
export const WAIT_MS = 120;
export const STREAM = { chunks: 4, pauseMs: 60 } as const;

/** Every byte value, over and over, one byte past 1 MiB: no length that a buffer happens to have. */
const LARGE_BODY = Uint8Array.from({ length: 1024 * 1024 + 1 }, (_, index) => (index * 7) & 255);

/** What a load driver compares each answer with. null: not known in advance. */
export interface Expected {
  readonly status: number;
  readonly length: number | null;
  /** Hexadecimal digest of the body. */
  readonly sha256: string | null;
}

/** The right answer to any request below a stack's base path, in the form that a load driver needs. */
export function expectedAnswer(asked: Asked): Expected {
  const answer = rightAnswer(asked);
  if (answer === null)
    return { status: asked.path.startsWith('/boom') ? 500 : 200, length: null, sha256: null };
  const { status, body } = answer;
  if (asked.method === 'HEAD') return { status, length: 0, sha256: null };
  return { status, length: body.length, sha256: createHash('sha256').update(body).digest('hex') };
}

/** The checks of an app, in the order in which they are made. `/boom` comes early: what follows must still work. */
export function contractRoutes(contract: ContractName, extras: readonly string[]): readonly ContractRoute[] {
  const hello = exact('/hello', { spot: true, head: true });
  if (contract === 'hello') return [hello];
  return [
    hello,
    exact('/json', { spot: true, head: true }),
    post('/echo', 'three words, twice', { name: 'POST /echo', spot: true }),
    {
      name: 'GET /boom',
      request: get('/boom'),
      expect: { comparison: 'status', status: 500 },
      spot: false,
      head: false,
    },
    exact('/hello?x=%20%2B&x=2', {}),
    exact('/bytes?n=0', {}),
    exact('/bytes?n=300', { head: true }),
    exact('/bytes?n=65537', {}),
    exact('/bytes?n=67108864', {}),
    exact('/bytes?n=67108865', {}),
    exact('/bytes?n=x', {}),
    exact('/bytes', {}),
    post('/echo', null, { name: 'POST /echo, empty' }),
    post('/echo', LARGE_BODY, { name: 'POST /echo, 1 MiB + 1' }),
    exact('/work', { head: true }),
    exact('/work?rounds=1000', {}),
    exact('/work?rounds=0', {}),
    exact('/page', { head: true }),
    ...(extras.includes('rows') ? [exact('/rows', { head: true })] : []),
    bytes(`/stream?chunks=${STREAM.chunks}&ms=${STREAM.pauseMs}`, { head: true }),
    bytes(`/wait?ms=${WAIT_MS}`, {}),
    {
      name: 'GET /env',
      request: {
        ...get(`${ENV_PROBE.path}?${ENV_PROBE.query}`),
        headers: { [ENV_PROBE.header[0]]: ENV_PROBE.header[1] },
      },
      expect: { comparison: 'shape', shape: 'env', contentType: JSON_TYPE },
      spot: false,
      head: false,
    },
    {
      name: 'GET /who',
      request: get('/who'),
      expect: { comparison: 'shape', shape: 'who', contentType: JSON_TYPE },
      spot: false,
      head: false,
    },
    exact('/nothing', { head: true }),
    exact('/hello/extra', {}),
    post('/hello', null, { name: 'POST /hello' }),
  ];
}

interface Marks {
  readonly name?: string;
  readonly spot?: boolean;
  readonly head?: boolean;
}

function get(path: string): ContractRequest {
  return { method: 'GET', path, headers: {}, body: null };
}

function exact(path: string, marks: Marks): ContractRoute {
  return known(get(path), 'exact', marks);
}

function bytes(path: string, marks: Marks): ContractRoute {
  return known(get(path), 'bytes', marks);
}

function post(path: string, body: string | Uint8Array | null, marks: Marks): ContractRoute {
  const data = body === null ? null : Buffer.from(body);
  const headers: Record<string, string> = data === null ? {} : { 'Content-Type': 'application/octet-stream' };
  return known({ method: 'POST', path, headers, body: data }, 'exact', marks);
}

function known(request: ContractRequest, comparison: 'exact' | 'bytes', marks: Marks): ContractRoute {
  // Computed when asked for: one of them is 64 MiB.
  const answer = () => {
    const found = rightAnswer(request);
    if (found === null) throw new LabError('E_INTERNAL', `${request.path} has no exact answer`);
    return found;
  };
  return {
    name: marks.name ?? `${request.method} ${request.path}`,
    request,
    expect: { comparison, answer },
    spot: marks.spot ?? false,
    head: marks.head ?? false,
  };
}
