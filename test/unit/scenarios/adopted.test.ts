import { expect, test } from 'vitest';
import { asksForAdopted, nameAdopted, namePattern } from '../../../scenarios/adopted.ts';
import { scenarioSchema } from '../../../scenarios/define.ts';

const load = { model: 'closed', connections: 1 } as const;

test.each([
  ['app:adopted', 'app:shop'],
  ['app:adopted&host:apache,!gateway-*/adopted', 'app:shop&host:apache,!gateway-*/shop'],
  ['app:adopted-not', 'app:adopted-not'],
  ['adopted', 'adopted'],
])('the pattern %s names the application as %s', (pattern, named) => {
  expect(namePattern(pattern, 'shop')).toBe(named);
});

test('a workload of /{adopted} becomes one for each request, which only the application claims', () => {
  const scenario = scenarioSchema.parse({
    title: 'T',
    question: 'Q?',
    stacks: ['app:adopted', 'gateway-cgi/node-bare'],
    workloads: [
      { name: 'c1', request: '/{adopted}', load },
      { name: 'hello', request: '/hello', load },
    ],
  });
  expect(asksForAdopted(scenario)).toBe(true);
  const request = (path: string) => ({ method: 'GET' as const, path, headers: {}, body: null });
  const named = nameAdopted(scenario, {
    name: 'shop',
    requests: [
      { name: 'root', ...request('/') },
      { name: 'cart', ...request('/cart') },
    ],
  });
  expect(named.workloads.map(({ name, request: { path }, owner }) => [name, path, owner])).toEqual([
    ['root-c1', '/', 'shop'],
    ['cart-c1', '/cart', 'shop'],
    ['hello', '/hello', null],
  ]);
});
