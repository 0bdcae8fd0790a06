import { expect, test } from 'vitest';
import { clip, formatSpan, formatTable, plural } from '../../../../runner/cli/table.ts';

test('columns are as wide as their widest cell, and colour codes have no width', () => {
  expect(
    formatTable([
      ['a', '\u001b[32mok\u001b[39m', 'end'],
      ['long', 'no', 'x'],
    ]),
  ).toBe('a     \u001b[32mok\u001b[39m  end\nlong  no  x');
});

test('a span is told as people say it', () => {
  expect([200, 45_000, 89_000, 120_000, 3_600_000, 5_400_000].map(formatSpan)).toEqual([
    '1 s',
    '45 s',
    '89 s',
    '2 min',
    '60 min',
    '1 h 30 min',
  ]);
});

test('a long line is cut with an ellipsis, and a line that fits is not', () => {
  expect(clip('abcdef', 4)).toBe('abc…');
  expect(clip('abcd', 4)).toBe('abcd');
  expect(clip('abcdef', null)).toBe('abcdef');
});

test('one is not plural', () => {
  expect([plural(0, 'stack'), plural(1, 'stack'), plural(2, 'stack')]).toEqual([
    '0 stacks',
    '1 stack',
    '2 stacks',
  ]);
});
