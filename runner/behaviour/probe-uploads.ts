/** Bodies sent to the app: a large one, one in chunks, and one that is held back until it is asked for. */
import { createHash } from 'node:crypto';
import { exchange, type RawRequest } from './exchange.ts';
import type { RawReply } from './raw-reply.ts';
import { type Asked, describeReply, quoteBody, type Sight, sight, statusWord } from './seen.ts';

const LARGE = Buffer.alloc(1024 * 1024 + 1, 'deployment lab ');
const PIECES = ['first piece, ', 'second piece, ', 'and the third'].map((text) => Buffer.from(text));
const HELD_BACK = Buffer.from('held back until asked for');
const AWAIT_CONTINUE_MS = 1_500;
/** Chunks are of use to a client that does not have all of them yet; a server must not mind waiting. */
const PACE_MS = 40;

const TYPE = ['Content-Type', 'application/octet-stream'] as const;

export async function probeUpload(asked: Asked): Promise<Sight> {
  const reply = await post(asked, [LARGE], [['Content-Length', String(LARGE.length)]]);
  return sight('upload', arrival(reply, LARGE), describeEcho(reply, LARGE));
}

export async function probeChunked(asked: Asked): Promise<Sight> {
  const framed = PIECES.map((piece) =>
    Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
  );
  const blocks = [...framed, Buffer.from('0\r\n\r\n')];
  const sent = Buffer.concat(PIECES);
  const reply = await post(asked, blocks, [['Transfer-Encoding', 'chunked']], { paceMs: PACE_MS });
  return sight('chunked', arrival(reply, sent), describeEcho(reply, sent));
}

export async function probeExpect(asked: Asked): Promise<Sight> {
  const headers = [
    ['Content-Length', String(HELD_BACK.length)],
    ['Expect', '100-continue'],
  ] as const;
  const reply = await post(asked, [HELD_BACK], headers, { awaitContinueMs: AWAIT_CONTINUE_MS });
  const isAsked = reply.interim.includes(100);
  const arrived = arrival(reply, HELD_BACK);
  const detail = `${isAsked ? '100 Continue, then ' : 'no 100 Continue; '}${describeEcho(reply, HELD_BACK)}`;
  if (arrived !== 'whole') return sight('expect', isAsked ? `100, ${arrived}` : arrived, detail);
  return sight('expect', isAsked ? '100' : 'no 100', detail);
}

function post(
  { endpoint, signal }: Asked,
  body: readonly Buffer[],
  headers: readonly (readonly [string, string])[],
  more: Pick<RawRequest, 'awaitContinueMs' | 'paceMs'> = {},
): Promise<RawReply> {
  return exchange(
    endpoint,
    { method: 'POST', path: '/echo', headers: [TYPE, ...headers], body, ...more },
    signal,
  );
}

/** What of the body reached the app, by its own account. */
function arrival(reply: RawReply, sent: Buffer): string {
  if (reply.status !== 200) return statusWord(reply);
  const digest = createHash('sha256').update(sent).digest('hex');
  if (reply.body.toString('latin1') === `{"length":${sent.length},"sha256":"${digest}"}`) return 'whole';
  const word = reply.body.toString('latin1').startsWith('{"length":0,') ? 'empty' : 'short';
  return reply.framing === 'cut' ? `${word}, cut` : word;
}

const describeEcho = (reply: RawReply, sent: Buffer): string =>
  `${sent.length} bytes sent; ${describeReply(reply)}: ${quoteBody(reply)}`;
