/** A packet of the uwsgi protocol: four bytes of header, then variables; the body follows. The answer is HTTP. */
import type { Message } from '../../../results/schema/explanation.ts';
import { describeHttp, raw } from './http.ts';
import { preview } from './preview.ts';

const HEADER_BYTES = 4;

export function describeUwsgi(bytes: Buffer, direction: Message['direction']): readonly Message[] {
  if (direction === 'back') return bytes.length === 0 ? [] : describeHttp(bytes, direction);
  const size = bytes.length < HEADER_BYTES ? Number.POSITIVE_INFINITY : bytes.readUInt16LE(1);
  const end = HEADER_BYTES + size;
  if (end > bytes.length) return [raw(bytes, direction)];
  const pairs = pairsOf(bytes.subarray(HEADER_BYTES, end));
  const body = bytes.subarray(end);
  const modifiers = `modifier1 ${bytes[0]}${bytes[0] === 0 ? ' (a WSGI request)' : ''}, modifier2 ${bytes[3]}`;
  return [
    {
      direction,
      title: 'variables',
      note: `one packet: ${modifiers}, ${size} bytes of names and values, each with its length in two bytes`,
      pairs,
      text: null,
      bytes: end,
    },
    ...(body.length === 0
      ? []
      : [
          {
            direction,
            title: 'request body',
            note: null,
            pairs: [],
            text: preview(body),
            bytes: body.length,
          },
        ]),
  ];
}

function pairsOf(bytes: Buffer): [string, string][] {
  const texts: string[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const length = bytes.readUInt16LE(at);
    texts.push(bytes.toString('latin1', at + 2, at + 2 + length));
    at += 2 + length;
  }
  return texts.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, texts[index + 1] ?? '']] : [],
  );
}
