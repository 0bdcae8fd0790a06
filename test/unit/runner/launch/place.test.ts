import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { defaultSiteRoot, makePlace, writeFiles } from '../../../../runner/launch/place.ts';
import { measuredUser } from '../../../../runner/process/user.ts';

const { signal } = new AbortController();
const dir = mkdtempSync(join(tmpdir(), 'lt-'));
chmodSync(dir, 0o755);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('a root too long for sockets is refused with its path, before anything is made', async () => {
  const root = join(dir, 'x'.repeat(90));
  mkdirSync(root);
  await expect(makePlace(root, null, signal)).rejects.toMatchObject({
    code: 'E_PLACE',
    facts: { path: root, most: 107 },
  });
  expect(readdirSync(root)).toEqual([]);
});

test('a root that is not there is refused with its path', async () => {
  const root = join(dir, 'absent');
  await expect(makePlace(root, null, signal)).rejects.toMatchObject({
    code: 'E_PLACE',
    facts: { path: root },
  });
});

test('a place is gone when it is disposed of', async () => {
  const place = await makePlace(dir, null, signal);
  writeFiles([{ path: join(place.dir, 'deep', 'down', 'file'), content: 'x', mode: 0o755 }]);
  expect(existsSync(join(place.dir, 'deep', 'down', 'file'))).toBe(true);
  await place[Symbol.asyncDispose]();
  expect(existsSync(place.dir)).toBe(false);
});

const user = measuredUser();
test.skipIf(user === null)('a root that the measured user cannot enter is refused', async () => {
  const root = join(dir, 'private');
  mkdirSync(root, { mode: 0o700 });
  await expect(makePlace(root, user, signal)).rejects.toMatchObject({
    code: 'E_PLACE',
    facts: { path: root },
  });
  expect(readdirSync(root)).toEqual([]);
});

test('a runtime folder out of reach is passed over', () => {
  const before = process.env.XDG_RUNTIME_DIR;
  process.env.XDG_RUNTIME_DIR = join(dir, 'absent');
  expect(defaultSiteRoot(null)).toBe(tmpdir());
  process.env.XDG_RUNTIME_DIR = dir;
  expect(defaultSiteRoot(null)).toBe(dir);
  if (before === undefined) delete process.env.XDG_RUNTIME_DIR;
  else process.env.XDG_RUNTIME_DIR = before;
});
