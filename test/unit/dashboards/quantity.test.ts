import { describe, expect, test } from 'vitest';
import {
  formatInstant,
  formatInterval,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatSpan,
  plural,
} from '../../../dashboards/quantity.ts';

describe('quantities', () => {
  test.each([
    ['duration', 0, '0 µs'],
    ['duration', 8.42, '8.42 µs'],
    ['duration', 120.4, '120 µs'],
    ['duration', 999.7, '1.00 ms'],
    ['duration', 35_210, '35.2 ms'],
    ['duration', 1_234_567, '1.23 s'],
    ['duration', -412, '−412 µs'],
    ['span', 110.2, '110 ms'],
    ['span', 2_340, '2.34 s'],
    ['rate', 25.64, '25.6 /s'],
    ['rate', 8_301, '8.30 k/s'],
    ['coreRate', 9_979, '9.98 k'],
    ['bytes', 25.4 * 1024 ** 2, '25.4 MiB'],
    ['ratio', 352.8, '353×'],
    ['ratio', 1.0449, '1.04×'],
    ['ratio', 4_321, '4,321×'],
    ['count', 0.05, '0.0500'],
  ] as const)('a %s of %d is written %s', (kind, value, text) => {
    expect(formatQuantity(kind, value)).toBe(text);
  });

  test('an interval has the unit and the decimals of its point', () => {
    expect(formatInterval('duration', 35_200, 34_149, 36_400)).toBe('[34.1 – 36.4]');
    expect(formatInterval('duration', 980, 900, 1_100)).toBe('[900 – 1,100]');
  });

  test('a negative end of an interval keeps its sign, and a rounded zero has none', () => {
    expect(formatInterval('duration', 40, -3.14, 83)).toBe('[−3.1 – 83.0]');
    expect(formatQuantity('duration', -0)).toBe('0 µs');
  });
});

test('numbers are grouped by thousands', () => {
  expect(formatNumber(36_611)).toBe('36,611');
  expect(formatNumber(1_234_567.891, 2)).toBe('1,234,567.89');
});

test('a percentage below ten has one decimal', () => {
  expect(formatPercent(0.0361)).toBe('3.6 %');
  expect(formatPercent(0.966)).toBe('97 %');
  expect(formatPercent(-0.02)).toBe('−2.0 %');
});

test('spans are written in the two largest units', () => {
  expect(formatSpan(200)).toBe('200 ms');
  expect(formatSpan(12_000)).toBe('12 s');
  expect(formatSpan(185_000)).toBe('3 min 5 s');
  expect(formatSpan(4_800_000)).toBe('1 h 20 min');
});

test('an instant that cannot be read is shown as it stands', () => {
  expect(formatInstant('2026-05-04T13:20:11.000Z')).toBe('2026-05-04 13:20 UTC');
  expect(formatInstant('<yesterday>')).toBe('<yesterday>');
});

test('one thing is not several', () => {
  expect(plural(1, 'launch', 'launches')).toBe('1 launch');
  expect(plural(12_000, 'request')).toBe('12,000 requests');
});
