/** The fake is held to what the real driver's records obey, or tests built on it would prove nothing. */
import { expect, it } from 'vitest';
import { decodeLatencies } from '../../../../results/analyse/histogram.ts';
import { windowSchema } from '../../../../results/schema/observation.ts';
import type { WindowSpec } from '../../../../runner/load/driver.ts';
import { fakeDriver } from '../../../helpers/fake-driver.ts';

const spec: WindowSpec = {
  endpoint: { origin: 'http://127.0.0.1:1', basePath: '' },
  request: { method: 'GET', path: '/hello', headers: {}, body: null },
  expect: { status: 200, length: 14, sha256: null },
  connections: 4,
  windowMs: 1_000,
  maxRequests: null,
  drainLimitMs: 1_000,
};

it('shows a constant latency as a closed loop does', async () => {
  await using driver = fakeDriver({ answer: () => 300_000 });
  const record = await driver.window(spec);
  expect(() => windowSchema.parse(record)).not.toThrow();
  expect(record.counts).toMatchObject({ offered: 16, completed: 16, errors: {} });
  expect(record.spanMs).toBeCloseTo(1_200, 6);
  expect(record.drainMs).toBeCloseTo(200, 6);
  expect(record.busyRatio).toBeCloseTo(1, 6);
  expect(record.perConnection).toEqual([4, 4, 4, 4]);
  expect(record.series.completions).toEqual([0, 4, 0, 4, 4, 0, 4]);
  expect(decodeLatencies(record.latency).meanUs).toBe(300_000);
});

it('keeps to a planned count and reports what it is told to', async () => {
  await using driver = fakeDriver({
    answer: (n) =>
      n === 3
        ? { latencyUs: 500, error: 'reset' }
        : { latencyUs: 1_000, ...(n === 5 ? { status: 500 } : {}), ...(n === 6 ? { length: 2 } : {}) },
  });
  const record = await driver.window({ ...spec, maxRequests: 10 });
  expect(record.counts).toMatchObject({
    offered: 10,
    completed: 9,
    errors: { reset: 1 },
    wrongStatus: 1,
    wrongBody: 1,
  });
  expect(driver.asked).toHaveLength(1);
});
