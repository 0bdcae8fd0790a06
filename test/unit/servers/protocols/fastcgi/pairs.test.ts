import { describe, expect, it } from 'vitest';
import {
  BadPairs,
  pairsBytes,
  readPairs,
  writePairs,
} from '../../../../../servers/protocols/fastcgi/pairs.ts';

function encode(pairs: Record<string, string>): Buffer {
  const buffer = Buffer.alloc(pairsBytes(pairs));
  expect(writePairs(buffer, 0, pairs)).toBe(buffer.length);
  return buffer;
}

describe('name–value pairs', () => {
  it.each([
    [0, 1],
    [127, 1],
    [128, 4],
    [65_536, 4],
  ])('C51 a value of %i bytes has a length of %i bytes', (length, bytes) => {
    const pairs = { NAME: 'v'.repeat(length) };
    expect(encode(pairs)).toHaveLength(1 + bytes + 4 + length);
    expect({ ...readPairs(encode(pairs)) }).toEqual(pairs);
  });

  it('C51 a long name and an empty name survive', () => {
    const pairs = { ['N'.repeat(128)]: 'a', '': 'b' };
    expect({ ...readPairs(encode(pairs)) }).toEqual(pairs);
  });

  it('bytes above 127 survive', () => {
    expect(readPairs(encode({ A: '\xe9\xff' })).A).toBe('\xe9\xff');
  });

  it('__proto__ is a name like any other', () => {
    expect(Object.keys(readPairs(Buffer.from('\x09\x01__proto__x', 'latin1')))).toEqual(['__proto__']);
  });

  it.each([
    ['a value length is missing', '\x01'],
    ['a long length is cut', '\x80\x00'],
    ['a name is cut', '\x04\x00abc'],
    ['a length of 2^31 − 1', '\xff\xff\xff\xff\xff\xff\xff\xffabc'],
  ])('C98 pairs are refused when %s (CVE-2025-23016)', (_, bytes) => {
    expect(() => readPairs(Buffer.from(bytes, 'latin1'))).toThrow(BadPairs);
  });
});
