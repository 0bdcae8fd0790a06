import { describe, expect, it } from 'vitest';
import { BadRecord, RecordDecoder } from '../../../../../servers/protocols/fastcgi/decoder.ts';
import { encodeRecord, TYPE } from '../../../../../servers/protocols/fastcgi/record.ts';

/** Decodes pieces; neighbouring pieces of one stream are joined, ends of streams kept. */
function decode(...pieces: Buffer[]): string[] {
  const seen: [number, number, string][] = [];
  const decoder = new RecordDecoder({
    record(type, id, content) {
      const text = content.toString('latin1');
      const last = seen.at(-1);
      const joins =
        last?.[0] === type && last[1] === id && text !== '' && last[2] !== '' && type !== TYPE.end;
      if (joins && last !== undefined) last[2] += text;
      else seen.push([type, id, text]);
    },
  });
  for (const piece of pieces) decoder.feed(piece);
  expect(decoder.atBoundary).toBe(true);
  return seen.map((each) => JSON.stringify(each));
}

const RECORDS = Buffer.concat([
  encodeRecord(TYPE.stdout, 1, Buffer.from('Content-Type: a/b\r\n\r\n'), 3),
  encodeRecord(TYPE.stderr, 1, Buffer.from('oops'), 255),
  encodeRecord(TYPE.stdout, 1, Buffer.from('body'), 0),
  encodeRecord(TYPE.stdout, 1, Buffer.alloc(0), 8),
  encodeRecord(TYPE.end, 1, Buffer.alloc(8), 0),
]);

describe('the record decoder', () => {
  it('C54 gives the same for one segment, any two, and one byte a segment', () => {
    const whole = decode(RECORDS);
    expect(whole).toHaveLength(5);
    for (let cut = 1; cut < RECORDS.length; cut += 1) {
      expect(decode(RECORDS.subarray(0, cut), RECORDS.subarray(cut)), `cut at ${cut}`).toEqual(whole);
    }
    expect(decode(...Array.from(RECORDS, (byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('C54 takes a hundred records in one segment', () => {
    const one = encodeRecord(TYPE.end, 1, Buffer.alloc(8));
    expect(decode(Buffer.concat(Array.from({ length: 100 }, () => one)))).toHaveLength(100);
  });

  it.each([0, 1, 7, 8, 255])('C53 skips %i bytes of padding', (padding) => {
    const record = encodeRecord(TYPE.stdout, 1, Buffer.from('x'), padding);
    expect(record).toHaveLength(9 + padding);
    expect(decode(Buffer.concat([record, encodeRecord(TYPE.stderr, 1, Buffer.from('y'))]))).toEqual([
      '[6,1,"x"]',
      '[7,1,"y"]',
    ]);
  });

  it('C62 refuses another version', () => {
    const record = encodeRecord(TYPE.stdout, 1, Buffer.from('x'));
    record[0] = 2;
    expect(() => decode(record)).toThrow(BadRecord);
  });

  it('a record holds at most 65,535 bytes', () => {
    expect(() => encodeRecord(TYPE.stdout, 1, Buffer.alloc(65_536))).toThrow(RangeError);
  });
});
