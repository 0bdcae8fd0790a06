/** An SCGI request: a netstring of headers, then the body. The answer is what a CGI program would print. */
import type { Message } from '../../../results/schema/explanation.ts';
import { raw } from './http.ts';
import { preview } from './preview.ts';

export function describeScgi(bytes: Buffer, direction: Message['direction']): readonly Message[] {
  if (direction === 'back')
    return bytes.length === 0 ? [] : [{ ...raw(bytes, direction), title: 'CGI output' }];
  const colon = bytes.indexOf(':', 0, 'latin1');
  const length = colon < 0 ? Number.NaN : Number(bytes.toString('latin1', 0, colon));
  const from = colon + 1;
  // A comma ends a netstring.
  if (!Number.isInteger(length) || bytes[from + length] !== 0x2c) return [raw(bytes, direction)];
  const fields = bytes
    .toString('latin1', from, from + length)
    .split('\0')
    .slice(0, -1);
  const pairs = fields.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [],
  );
  const body = bytes.subarray(from + length + 1);
  return [
    {
      direction,
      title: 'headers',
      note: `a netstring: "${length}:", then name NUL value NUL …, then ","`,
      pairs,
      text: null,
      bytes: from + length + 1,
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
