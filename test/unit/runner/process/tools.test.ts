import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { discoverTools, searchFolders } from '../../../../runner/process/tools.ts';

const dir = mkdtempSync(join(tmpdir(), 'lab-test-tools-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('servers are also looked for where a user’s PATH does not lead', () => {
  expect(searchFolders('/usr/bin')).toContain('/usr/sbin');
});

test('a version manager’s shims and relative folders are never searched', () => {
  const folders = searchFolders('/home/a/.pyenv/shims:bin:/home/a/.volta/bin:/home/a/.asdf/shims/:/opt/bin');
  expect(folders).toContain('/opt/bin');
  expect(folders.filter((folder) => /shims|volta|^bin/.test(folder))).toEqual([]);
});

test('a shim in front of PATH is passed over for the real program', async () => {
  const shims = join(dir, 'shims');
  mkdirSync(shims);
  for (const name of ['sh', 'python3']) {
    writeFileSync(join(shims, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  }
  const tools = await discoverTools({ env: { PATH: `${shims}:/usr/bin:/bin` }, user: null });
  expect(tools.find('sh')).toMatch(/^\/(usr\/)?bin\/sh$/);
  expect(tools.python?.bin ?? '').not.toContain(shims);
  expect(tools.node).toBe(process.execPath);
});

test('Apache modules are looked for in the folder that is named before the usual places', async () => {
  writeFileSync(join(dir, 'mod_wsgi.so'), '');
  const tools = await discoverTools({ apacheModules: dir, env: {}, user: null });
  expect(tools.apacheModule('mod_wsgi.so')).toBe(join(dir, 'mod_wsgi.so'));
  const usual = await discoverTools({ env: {}, user: null });
  expect(tools.apacheModule('mod_cgid.so')).toBe(usual.apacheModule('mod_cgid.so'));
  expect(tools.apacheModule('mod_none.so')).toBeNull();
});

test('what is not installed is null', async () => {
  const tools = await discoverTools({ env: { PATH: '' }, user: null });
  expect(tools.find('no-such-program-anywhere')).toBeNull();
  expect(tools.version('no-such-program-anywhere')).toBeNull();
  expect(tools.lighttpdModule('mod_none.so')).toBeNull();
});

test('distributions are found whatever the spelling of their name', async () => {
  const { python } = await discoverTools({ env: { PATH: '' }, user: null });
  if (python === null) return;
  expect(python.version).toMatch(/^3\.\d+\.\d+/);
  expect(python.package('no_such-Distribution')).toBeNull();
  for (const name of ['Django', 'pip', 'setuptools']) {
    expect(python.package(name.toUpperCase())).toBe(python.package(name));
  }
});
