import { expect, test } from 'vitest';
import { factsOf } from '../../../../runner/behaviour/answer-facts.ts';
import { type Compared, compareStacks } from '../../../../runner/behaviour/compare-stacks.ts';
import { aStack } from '../../../helpers/records.ts';

const answer = (headers: readonly (readonly [string, string])[], body = 'Hello, world!\n', status = 200) => ({
  route: 'GET /hello',
  facts: factsOf({ status, headers, body: Buffer.from(body) }),
});
const plain = [
  ['content-type', 'text/plain; charset=utf-8'],
  ['content-length', '14'],
] as const;

const stack = (name: string, answers: Compared['answers'], word = 'passed'): Compared => ({
  record: aStack({ name, connector: name.slice(0, name.indexOf('/')) }),
  answers,
  behaviour: [{ behaviour: 'stream', word, detail: '', reason: null }],
});
const noReason = () => null;

test('stacks that answer and behave alike differ in nothing', () => {
  const later = answer([...plain, ['date', 'today'], ['connection', 'close']]);
  const sooner = answer([
    ['content-type', 'TEXT/plain;charset=utf-8'],
    ['content-length', '14'],
    ['date', 'tomorrow'],
    ['keep-alive', 'timeout=5'],
  ]);
  expect(compareStacks([stack('a/x', [later]), stack('b/x', [sooner])], noReason)).toEqual([]);
});

test('each thing that differs is named, with who has which', () => {
  const all = [
    stack('a/x', [answer(plain)]),
    stack('b/x', [answer(plain)]),
    stack('c/x', [answer([...plain, ['set-cookie', 'a=1']], 'Hello, World!\n', 201)], 'held'),
  ];
  const found = compareStacks(all, noReason);
  expect(found.map(({ about }) => about)).toEqual(['body', 'header set-cookie', 'status', 'stream']);
  expect(found[1]).toEqual({
    about: 'header set-cookie',
    routes: ['GET /hello'],
    values: [
      { value: 'none', stacks: ['a/x', 'b/x'] },
      { value: 'a=1', stacks: ['c/x'] },
    ],
  });
  expect(found[3]?.values).toEqual([
    { value: 'passed', stacks: ['a/x', 'b/x'] },
    { value: 'held', stacks: ['c/x'] },
  ]);
});

test('a difference with a known reason fails nothing, and excuses nobody else', () => {
  const all = ['a/x', 'b/x', 'c/x'].map((name, index) =>
    stack(name, [], index === 0 ? 'passed' : index === 1 ? 'held' : 'partly'),
  );
  const reason = (about: string, { name }: { name: string }, seen: string) =>
    about === 'stream' && name === 'b/x' && seen === 'held' ? 'it always does' : null;
  expect(compareStacks(all.slice(0, 2), reason)).toEqual([]);
  expect(compareStacks(all, reason)).toMatchObject([
    { about: 'stream', values: [{ stacks: ['c/x'] }, { stacks: ['a/x'] }] },
  ]);
});

test('the same difference on several routes is told once', () => {
  const routes = (extra: readonly (readonly [string, string])[]) =>
    ['GET /hello', 'GET /json'].map((route) => ({ ...answer([...plain, ...extra]), route }));
  const found = compareStacks([stack('a/x', routes([])), stack('b/x', routes([['vary', '*']]))], noReason);
  expect(found).toMatchObject([{ about: 'header vary', routes: ['GET /hello', 'GET /json'] }]);
});

test('what was not asked of a stack is not compared', () => {
  const partial = { ...stack('b/x', []), behaviour: [] };
  expect(compareStacks([stack('a/x', [answer(plain)]), partial], noReason)).toEqual([]);
});
