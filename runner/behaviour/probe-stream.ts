/** Whether a streamed answer is passed on as the app sends it, or held back to its end. */
import { exchange } from './exchange.ts';
import { type Asked, describeReply, type Sight, sight, statusWord } from './seen.ts';

const CHUNKS = 4;
const PAUSE_MS = 150;
/** From the first chunk to the last, as the app sends them. */
const SPAN_MS = (CHUNKS - 1) * PAUSE_MS;
/** Shares of that span: a busy machine delays, so neither is close to its end. */
const PASSED_RATIO = 0.6;
const HELD_RATIO = 0.2;

/** Looked at again when it seems held: a busy reader finds everything at once too. */
const LOOKS = 3;

export async function probeStream(asked: Asked): Promise<Sight> {
  for (let looks = 1; ; looks += 1) {
    const seen = await lookOnce(asked);
    if (seen.word === 'passed' || looks === LOOKS) return seen;
  }
}

async function lookOnce({ endpoint, signal }: Asked): Promise<Sight> {
  const path = `/stream?chunks=${CHUNKS}&ms=${PAUSE_MS}`;
  const reply = await exchange(endpoint, { method: 'GET', path }, signal);
  const first = reply.arrivals[0]?.atMs ?? 0;
  const times = reply.arrivals.map(({ atMs }) => Math.round(atMs - first));
  const detail = `${describeReply(reply)}; bytes arrived ${times.join(', ')} ms after the first`;
  if (reply.status !== 200 || reply.framing === 'cut') {
    return sight('stream', reply.status === 200 ? 'cut' : statusWord(reply), detail);
  }
  const ratio = (times.at(-1) ?? 0) / SPAN_MS;
  return sight('stream', ratio >= PASSED_RATIO ? 'passed' : ratio <= HELD_RATIO ? 'held' : 'partly', detail);
}
