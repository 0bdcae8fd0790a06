import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { canUse, measuredUser } from '../../../../runner/process/user.ts';

const dir = mkdtempSync(join(tmpdir(), 'lab-test-user-'));
afterAll(() => rmSync(dir, { recursive: true }));
const stranger = { name: 'stranger', group: 'stranger', uid: 64_123, gid: 64_123 };

test('a program below a folder that a user cannot enter is out of that user’s reach', () => {
  chmodSync(dir, 0o755);
  const closed = join(dir, 'home');
  mkdirSync(closed);
  const file = join(closed, 'program');
  writeFileSync(file, '');
  chmodSync(file, 0o755);
  expect(canUse(file, stranger, 'execute')).toBe(true);
  chmodSync(closed, 0o700);
  expect(canUse(file, stranger, 'execute')).toBe(false);
  expect(canUse(file, null, 'execute')).toBe(true);
});

test('what may be read need not be executable', () => {
  const file = join(dir, 'text');
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  expect(canUse(file, stranger, 'read')).toBe(true);
  expect(canUse(file, stranger, 'execute')).toBe(false);
});

test('a path that is not there is of no use', () => {
  expect(canUse(join(dir, 'absent'), null, 'read')).toBe(false);
});

test.runIf(process.getuid?.() === 0)('started as root, measured processes run as somebody else', () => {
  expect(measuredUser()?.uid).toBeGreaterThan(0);
});

test.skipIf(process.getuid?.() === 0)('started as a user, nobody is dropped to', () => {
  expect(measuredUser()).toBeNull();
});
