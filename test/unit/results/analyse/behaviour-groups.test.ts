import { expect, test } from 'vitest';
import { type BehaviourRow, groupBehaviour } from '../../../../results/analyse/behaviour-groups.ts';

const row = (stack: string, words: Record<string, string>, reason: string | null = null): BehaviourRow => ({
  stack,
  behaviour: Object.entries(words).map(([behaviour, word]) => ({ behaviour, word, detail: '', reason })),
});

test('stacks that behave alike share a row, and those of one chain a name', () => {
  const { columns, alike, groups } = groupBehaviour([
    row('b/two', { head: 'length', stream: 'passed', upload: 'whole' }),
    row('a/two', { head: 'length', stream: 'held', upload: 'whole' }),
    row('a/one', { head: 'length', stream: 'held', upload: 'whole' }),
    row('b/one', { head: 'length', stream: 'held', upload: 'whole' }),
  ]);
  expect(columns).toEqual(['stream']);
  expect(alike).toEqual([
    ['head', 'length'],
    ['upload', 'whole'],
  ]);
  expect(groups.map(({ members, words }) => [members, words.get('stream')])).toEqual([
    [['a/*', 'b/one'], 'held'],
    [['b/two'], 'passed'],
  ]);
});

test('what was not asked of a stack sets it apart only where others differ', () => {
  const { groups } = groupBehaviour([
    row('a/one', { head: 'length', stream: 'passed' }),
    row('b/files', { head: 'length' }),
    row('c/one', { head: 'length', stream: 'held' }),
  ]);
  expect(groups.map(({ words }) => words.get('stream'))).toEqual(['passed', '–', 'held']);
});

test('each known reason stands once, with its words', () => {
  const { reasons } = groupBehaviour([
    row('a/one', { stream: 'held' }, 'it buffers'),
    row('b/one', { stream: 'partly' }, 'it buffers'),
    row('c/one', { stream: 'passed' }),
  ]);
  expect(reasons).toEqual([{ behaviour: 'stream', words: ['held', 'partly'], reason: 'it buffers' }]);
});
