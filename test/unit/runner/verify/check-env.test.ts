import { expect, test } from 'vitest';
import { wsgiChecks } from '../../../../runner/verify/check-env.ts';
import type { Env } from '../../../../servers/contract/shapes.ts';
import { aStack } from '../../../helpers/records.ts';

const seen = (script_name: string): Env => ({
  method: 'GET',
  path: '/env',
  query: '',
  scheme: 'http',
  script_name,
  headers: {},
  wsgi: { run_once: false, multithread: true, multiprocess: true },
  mod_wsgi_process_group: null,
  versions: {},
});
const scriptName = (script_name: string, connector: string, basePath: string) =>
  wsgiChecks(
    seen(script_name),
    aStack({ model: 'daemon', connector, name: `${connector}/wsgi-bare` }),
    basePath,
  ).find((check) => check.check === 'SCRIPT_NAME');

test('the app must see where it is mounted', () => {
  expect(scriptName('', 'apache-proxy-fcgi', '')).toMatchObject({ ok: true, detail: null });
  expect(scriptName('/app.py', 'apache-mod-cgid', '/app.py')?.ok).toBe(true);
  expect(scriptName('/hello', 'apache-proxy-fcgi', '')).toMatchObject({
    ok: false,
    detail: 'the app is mounted at "", it saw "/hello"',
  });
});

test('a difference that cannot be helped is shown with its reason, and only where it is known', () => {
  const known = scriptName('/dispatch.fcgi', 'apache-mod-fcgid-htaccess', '');
  expect(known?.ok).toBe(true);
  expect(known?.detail).toContain('the rewrite that sends every path to the script');
  expect(scriptName('/dispatch.fcgi', 'apache-mod-fcgid', '')?.ok).toBe(false);
  expect(scriptName('/other.fcgi', 'apache-mod-fcgid-htaccess', '')?.ok).toBe(false);
});

test('apps that are not Python have no WSGI to be asked about', () => {
  expect(wsgiChecks(seen('/x'), aStack({ language: 'node' }), '')).toEqual([]);
});
