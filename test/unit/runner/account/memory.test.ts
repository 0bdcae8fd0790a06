import { expect, test } from 'vitest';
import { parsePss, pssOf, pssSum } from '../../../../runner/account/memory.ts';
import { parseSwitches, switchesBetween } from '../../../../runner/account/switches.ts';

const ROLLUP = `55d0-7ffc ---p 00000000 00:00 0 [rollup]
Rss:               43644 kB
Pss:               18500 kB
Pss_Dirty:          9000 kB
`;

test('the proportional size is read, not the resident one', () => {
  expect(parsePss(ROLLUP)).toBe(18_500 * 1_024);
});

test('a process that has gone weighs nothing that is known', async () => {
  expect(await pssOf(2 ** 30)).toBeNull();
  expect(await pssSum([2 ** 30])).toBeNull();
  expect(await pssSum([])).toBe(0);
});

test('switches are the difference over the same threads', () => {
  const status = 'Name: x\nvoluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t7\n';
  const now = parseSwitches(status);
  expect(now).toEqual({ voluntary: 150, involuntary: 7 });
  if (now === null) return;
  expect(switchesBetween(new Map([[1, { voluntary: 100, involuntary: 5 }]]), new Map([[1, now]]))).toEqual({
    voluntary: 50,
    involuntary: 2,
  });
});

test('switches are unknown when a thread came or went', () => {
  const one = { voluntary: 1, involuntary: 1 };
  expect(switchesBetween(new Map([[1, one]]), new Map([[2, one]]))).toBeNull();
  expect(
    switchesBetween(
      new Map([[1, one]]),
      new Map([
        [1, one],
        [2, one],
      ]),
    ),
  ).toBeNull();
  expect(switchesBetween(new Map(), new Map())).toBeNull();
});
