import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { measureBaseline, parseTimes } from '../../../../runner/account/baseline.ts';
import { ownerTag } from '../../../../runner/process/owner.ts';

const env = { PATH: '/usr/bin:/bin' };
const common = { env, cwd: '/', user: null, executions: 4 };

test('a program’s cost is that of one execution', async () => {
  const burn = 'n=0; while [ $n -lt 100000 ]; do n=$((n + 1)); done';
  const { signal } = new AbortController();
  const [much, little] = [
    await measureBaseline({ ...common, argv: ['/bin/sh', '-c', burn], signal }),
    await measureBaseline({ ...common, argv: ['/bin/sh', '-c', ':'], signal }),
  ];
  expect(little.cpuUsPerExec).toBeGreaterThan(0);
  expect(much.cpuUsPerExec).toBeGreaterThan(3 * little.cpuUsPerExec);
  expect(much.wallUsPerExec).toBeGreaterThan(little.wallUsPerExec);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`deplab-baseline-${ownerTag()}-`))).toEqual(
    [],
  );
});

test('a program that fails has no cost', async () => {
  const measuring = measureBaseline({
    ...common,
    argv: ['/bin/sh', '-c', 'echo no such module >&2; exit 1'],
    signal: new AbortController().signal,
  });
  await expect(measuring).rejects.toMatchObject({ code: 'E_START', facts: { logs: 'no such module' } });
});

test('an abort ends it', async () => {
  const abort = new AbortController();
  const measuring = measureBaseline({ ...common, argv: ['/bin/sleep', '1000'], signal: abort.signal });
  setTimeout(() => abort.abort(new Error('enough')), 100);
  await expect(measuring).rejects.toThrow('enough');
});

test('a shell’s own times are understood', () => {
  expect(parseTimes('0m0.010s 0m0.020s\n1m2.500s 0m0.470s\n')).toBeCloseTo(63_000_000);
  expect(() => parseTimes('nothing')).toThrow('did not tell its times');
});
