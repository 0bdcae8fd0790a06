import { expect, test } from 'vitest';
import { parseEnv, parseWho } from '../../../../servers/contract/shapes.ts';

test('/who is read', () => {
  expect(parseWho('{"pid":7,"start":"123","requests":1}')).toEqual({ pid: 7, start: '123', requests: 1 });
  expect(parseWho('{"requests":2,"start":"","pid":7}')).toEqual({ pid: 7, start: '', requests: 2 });
});

test.each([
  ['not json', 'not JSON'],
  ['[]', 'its fields are '],
  ['null', 'not an object'],
  ['{"pid":7,"start":"1"}', 'its fields are pid, start'],
  ['{"pid":7,"start":"1","requests":1,"more":1}', 'its fields are more, pid'],
  ['{"pid":"7","start":"1","requests":1}', 'pid is "7"'],
  ['{"pid":0,"start":"1","requests":1}', 'pid is 0'],
  ['{"pid":7,"start":1,"requests":1}', 'start is 1'],
  ['{"pid":7,"start":"1","requests":0}', 'requests is 0'],
])('%s is not an answer of /who', (text, words) => {
  expect(parseWho(text)).toContain(words);
});

const env = {
  method: 'GET',
  path: '/env',
  query: '',
  scheme: 'http',
  script_name: '/app.py',
  headers: { host: 'x' },
  wsgi: { run_once: true, multithread: false, multiprocess: true },
  mod_wsgi_process_group: null,
  versions: { python: '3.11.2' },
};

test('/env is read', () => {
  expect(parseEnv(JSON.stringify(env))).toEqual(env);
  expect(parseEnv(JSON.stringify({ ...env, wsgi: null }))).toMatchObject({ wsgi: null });
});

test.each([
  [{ wsgi: { run_once: 1, multithread: false, multiprocess: true } }, 'wsgi is '],
  [{ headers: { host: 1 } }, 'headers is '],
  [{ versions: null }, 'versions is null'],
  [{ mod_wsgi_process_group: 3 }, 'mod_wsgi_process_group is 3'],
  [{ script_name: undefined }, 'its fields are '],
])('a wrong field of /env is named: %j', (wrong, words) => {
  expect(parseEnv(JSON.stringify({ ...env, ...wrong }))).toContain(words);
});
