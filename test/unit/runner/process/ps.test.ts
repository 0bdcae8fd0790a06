import { expect, test } from 'vitest';
import { parsePs } from '../../../../runner/process/ps.ts';

const MACOS = `    1     0     1 Ss     0:35.20   1:02.50 Sat Nov 22 09:01:05 2025     /sbin/launchd
 4321  4000  4321 R+     0:01.25   0:01.50 Sat Nov  1 10:00:00 2025     /opt/homebrew/bin/node
 4400     1  4321 Z      0:00.00   0:00.00 Sat Nov  1 10:00:01 2025     (sh)
`;

test('processes are read from ps where there is no /proc', () => {
  const [launchd, node, zombie] = parsePs(MACOS);
  expect(launchd).toMatchObject({ pid: 1, userUs: 35_200_000, systemUs: 27_300_000 });
  expect(node).toMatchObject({
    pid: 4321,
    name: 'node',
    state: 'R',
    parent: 4000,
    session: 4321,
    userUs: 1_250_000,
    systemUs: 250_000,
    startTicks: String(Date.UTC(2025, 10, 1, 10) / 1_000),
  });
  expect(zombie?.state).toBe('Z');
});

test('long times have hours and days', () => {
  const [row] = parsePs(' 7 1 7 S 1-02:03:04 1-02:03:04.50 Sat Nov  1 10:00:00 2025 x\n');
  expect(row?.userUs).toBe((86_400 + 7_384) * 1_000_000);
  expect(row?.systemUs).toBe(500_000);
});

test('what is no row is passed over', () => {
  expect(parsePs('ps: illegal option\n')).toEqual([]);
});
