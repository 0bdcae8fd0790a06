import { expect, test } from 'vitest';
import { pause, waitUntil } from '../../../../runner/process/wait.ts';

test('it resolves as soon as the state is there', async () => {
  let looks = 0;
  expect(await waitUntil(() => ++looks === 3, { deadlineMs: 5_000, everyMs: 1 })).toBe(true);
  expect(looks).toBe(3);
});

test('it gives up at the deadline, having looked at least once', async () => {
  expect(await waitUntil(() => false, { deadlineMs: 0, everyMs: 1 })).toBe(false);
});

test('an abort ends it with the signal’s own reason', async () => {
  const abort = new AbortController();
  const waiting = waitUntil(() => false, { deadlineMs: 60_000, everyMs: 60_000, signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(pause(60_000, abort.signal)).rejects.toThrow('enough');
});
