import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock } from '../../../../runner/cli/lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lab-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a lock is held until it is disposed of, and says who holds it', () => {
  const file = join(dir, 'deep', 'run.lock');
  const held = takeLock(file);
  expect(() => takeLock(file)).toThrow('another lab run is under way here');
  held[Symbol.dispose]();
  expect(existsSync(file)).toBe(false);
  takeLock(file)[Symbol.dispose]();
});

test('the lock of a process that is gone is taken over, also when its pid was given to another', () => {
  const file = join(dir, 'run.lock');
  for (const stale of ['999999999 12345', `${process.pid} 1`, '', 'nonsense']) {
    writeFileSync(file, stale);
    takeLock(file)[Symbol.dispose]();
  }
});
