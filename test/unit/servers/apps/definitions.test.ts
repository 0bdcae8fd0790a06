import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../../core/paths.ts';
import type { PythonTool, Tools } from '../../../../servers/define.ts';
import { loadRegistry } from '../../../../servers/registry.ts';

const { apps } = await loadRegistry();
const APPS = join(PROJECT_ROOT, 'servers/apps');

const python = (installed: readonly string[]): PythonTool => ({
  bin: '/venv/bin/python3',
  version: '3.11.2',
  prefix: '/venv',
  sitePackages: '/venv/lib',
  isLabVenv: true,
  package: (name) => (installed.includes(name) ? '1.2.3' : null),
});
const tools = (over: Partial<Tools> = {}): Tools => ({
  find: () => null,
  version: () => null,
  python: null,
  node: '/usr/bin/node',
  apacheModule: () => null,
  lighttpdModule: () => null,
  ...over,
});

describe.each([...apps])('%s', (_name, app) => {
  test('copies sources that exist', () => {
    for (const source of app.sources) expect(existsSync(join(APPS, source)), source).toBe(true);
  });

  test('says what is missing and how to get it, on a machine with nothing but Node', () => {
    const probed = app.probe(tools());
    if (probed.available) expect(['node', 'none']).toContain(app.language);
    else expect([probed.reason, probed.remedy].every((text) => text.length > 5)).toBe(true);
  });

  test('answers /rows if it is written in Python and claims the whole contract', () => {
    const isPython = app.language === 'python' && app.contract === 'full';
    expect(app.extras ?? []).toEqual(isPython ? ['rows'] : []);
  });
});

test('a script that is executed as it is copied may be executed', () => {
  const script = join(APPS, 'floor-sh/src/hello.cgi');
  expect(statSync(script).mode & 0o111).toBe(0o111);
});

test('a framework that is not installed is named', () => {
  const probed = apps.get('django')?.probe(tools({ python: python([]) }));
  expect(probed).toMatchObject({ available: false, reason: expect.stringContaining('lacks Django') });
  expect(apps.get('django')?.probe(tools({ python: python(['Django']) }))).toEqual({
    available: true,
    version: '1.2.3',
  });
});

test('interpreted floors are built with an absolute interpreter in front', () => {
  const build = apps
    .get('floor-python-is')
    ?.build?.(tools({ python: python([]), find: (name) => `/bin/${name}` }));
  expect(build?.[0]).toBe('/bin/sh');
  expect(build?.at(-1)).toBe('/venv/bin/python3 -IS');
});
