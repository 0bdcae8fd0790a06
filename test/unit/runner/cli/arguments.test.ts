import { expect, test } from 'vitest';
import { parseCount, parseSpan } from '../../../../runner/cli/arguments.ts';

test.each([
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['0.5m', 30_000],
])('the time %s is %i ms', (text, ms) => {
  expect(parseSpan(text)).toBe(ms);
});

test.each(['10', '', 'm', '10 m', '5x', '10mm5', '0s', '-5m'])('the time "%s" is refused', (text) => {
  expect(() => parseSpan(text)).toThrow();
});

test('a count outside its limits, or not whole, is refused', () => {
  const parse = parseCount(1, 100);
  expect(parse('7')).toBe(7);
  for (const text of ['0', '101', '1.5', '-1', 'x', '', '1e2']) expect(() => parse(text)).toThrow();
});
