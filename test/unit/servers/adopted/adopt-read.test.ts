import { expect, test } from 'vitest';
import type { LabError } from '../../../../core/errors.ts';
import { parseLabapp } from '../../../../servers/adopted/read.ts';

const facts = (text: string): readonly (readonly [string, unknown])[] => {
  try {
    parseLabapp(text, 'labapp.yaml');
  } catch (thrown) {
    return Object.entries((thrown as LabError).facts);
  }
  return [];
};

test('the least that can be said is completed with defaults', () => {
  const app = parseLabapp(
    'version: 1\nname: shop\nform: wsgi-callable\nentry: shop:app\nrequests: [{ path: / }]\n',
    'x',
  );
  expect(app).toMatchObject({ mount: '/', inPlace: false, source: null, masks: [], servesOne: true });
  expect(app.requests[0]).toMatchObject({
    method: 'GET',
    headers: {},
    body: null,
    status: null,
    load: false,
  });
});

test('all mistakes are told at once, each with its line', () => {
  const text = `version: 1
name: My Shop
form: wsgi-callable
entry: shop:app
enviroment: {}
mount: shop/
masks: ['(']
requests:
  - { path: nothing }
  - { path: /a, methd: GET }
`;
  expect(facts(text)).toEqual([
    ['labapp.yaml:2:7', expect.stringContaining('name: a name is lower-case letters')],
    ['labapp.yaml:5:13', 'enviroment: is not a key'],
    ['labapp.yaml:6:8', expect.stringContaining('mount: must be "/"')],
    ['labapp.yaml:7:9', 'masks[0]: is not a regular expression of JavaScript'],
    ['labapp.yaml:9:13', expect.stringContaining('requests[0].path: a path starts with "/"')],
    ['labapp.yaml:10:24', 'requests[1].methd: is not a key (did you mean "method"?)'],
  ]);
});

test.each([
  ['form: cgi-script\nsource: .\nentry: a.cgi\nmount: /a', 'mount'],
  ['form: cgi-script\nentry: a.cgi', 'source'],
  ['form: node-handler\nsource: .\nentry: a.js\npython: {}', 'python'],
  ['form: wsgi-callable\nentry: "no entry"', 'entry'],
  ['form: wsgi-callable\nentry: a:app\nscript: a.php', 'script'],
  ['form: wsgi-callable\nentry: a:app\nstatic: [/]', 'static path'],
])('%j contradicts itself, and %s is named', (text, key) => {
  const found = facts(`version: 1\nname: a\nrequests: [{ path: /x }]\n${text}\n`);
  expect(found.map(([, what]) => what).join()).toContain(key);
});

test('two requests of one name are refused', () => {
  const text =
    'version: 1\nname: a\nform: wsgi-callable\nentry: a:app\nrequests: [{ path: /a-b }, { path: /a/b }]\n';
  expect(facts(text)).toEqual([
    [expect.any(String), 'requests[1].name: "a-b" is the name of another request'],
  ]);
});
