import { expect, test } from 'vitest';
import { isAlive, parseStat, readStat } from '../../../../runner/process/proc.ts';

test('a process name may hold blanks and parentheses', () => {
  const fields = Array.from({ length: 50 }, (_, at) => String(at + 3));
  fields[0] = 'S';
  const stat = parseStat(`4242 (a) b (c) ${fields.join(' ')}`);
  expect(stat).toMatchObject({
    pid: 4242,
    name: 'a) b (c',
    state: 'S',
    parent: 4,
    session: 6,
    startTicks: '22',
  });
});

test('times come in microseconds', () => {
  const fields = Array.from({ length: 50 }, () => '0');
  fields[14 - 3] = '7';
  fields[17 - 3] = '2';
  expect(parseStat(`1 (x) ${fields.join(' ')}`)).toMatchObject({ userUs: 70_000, childSystemUs: 20_000 });
});

test('text that is no stat line is null', () => {
  expect(parseStat('')).toBeNull();
});

test.skipIf(process.platform !== 'linux')('a pid that was used again is another process', () => {
  const own = readStat(process.pid);
  expect(own).not.toBeNull();
  expect(isAlive(process.pid, own?.startTicks ?? '')).toBe(true);
  expect(isAlive(process.pid, '1')).toBe(false);
});
