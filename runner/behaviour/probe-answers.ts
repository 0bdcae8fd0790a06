/** Behaviours that one answer shows: HEAD, 404, an uncaught error, and an encoded slash. */
import { exchange } from './exchange.ts';
import { headerOf, type RawReply } from './raw-reply.ts';
import { type Asked, describeReply, quoteBody, type Sight, sight, statusWord } from './seen.ts';

/** Bodies of the contract's routes. */
const HELLO_BYTES = 14;
const NOT_FOUND = 'not found\n';

export async function probeHead({ endpoint, signal }: Asked): Promise<Sight> {
  const reply = await exchange(endpoint, { method: 'HEAD', path: '/hello' }, signal);
  const length = headerOf('content-length', reply);
  const detail = `${describeReply(reply)}, Content-Length ${length ?? 'not stated'}`;
  if (reply.status !== 200) return sight('head', statusWord(reply), detail);
  if (reply.body.length > 0) return sight('head', 'a body', detail);
  if (length === null) return sight('head', 'no length', detail);
  return sight('head', length === String(HELLO_BYTES) ? 'length' : 'wrong length', detail);
}

export async function probeNotFound({ endpoint, signal }: Asked): Promise<Sight> {
  const reply = await exchange(endpoint, { method: 'GET', path: '/nothing' }, signal);
  return sight('notFound', whose404(reply), `${describeReply(reply)}: ${quoteBody(reply)}`);
}

export async function probeEncodedSlash({ endpoint, signal }: Asked): Promise<Sight> {
  const reply = await exchange(endpoint, { method: 'GET', path: '/hello%2Fx' }, signal);
  return sight('encodedSlash', whose404(reply), `${describeReply(reply)}: ${quoteBody(reply)}`);
}

function whose404(reply: RawReply): string {
  if (reply.status !== 404) return statusWord(reply);
  return reply.body.toString('latin1') === NOT_FOUND ? 'app' : 'server';
}

export async function probeBoom({ endpoint, signal }: Asked): Promise<Sight> {
  const reply = await exchange(endpoint, { method: 'GET', path: '/boom' }, signal);
  const kind = reply.framing === 'cut' ? 'cut' : kindOfBody(reply);
  const word = reply.status === null ? statusWord(reply) : `${reply.status} ${kind}`;
  return sight('boom', word, `${describeReply(reply)}: ${quoteBody(reply)}`);
}

function kindOfBody(reply: RawReply): string {
  const text = reply.body.toString('latin1');
  if (text.trim() === '') return 'empty';
  if (/Traceback \(most recent call last\)|^\s+at .+:\d+:\d+/m.test(text)) return 'traceback';
  return /^\s*</.test(text) ? 'HTML' : 'text';
}
