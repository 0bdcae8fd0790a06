import { describe, expect, it } from 'vitest';
import { Slots } from '../../../../servers/hosts/gateway/slots.ts';

function run(limit: number, queueLimit: number) {
  const slots = new Slots(limit, queueLimit);
  const started: string[] = [];
  return { slots, started, take: (name: string) => slots.take(() => started.push(name)) };
}

describe('slots', () => {
  it('C49 start at once while there are any, then in order as they come free', () => {
    const { slots, started, take } = run(2, 9);
    expect([take('a'), take('b')]).toEqual(['started', 'started']);
    take('c');
    take('d');
    expect(started).toEqual(['a', 'b']);
    slots.release();
    slots.release();
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    expect(slots.taken).toBe(2);
  });

  it('C49 refuse when the queue is full', () => {
    const { take } = run(1, 1);
    take('a');
    take('b');
    expect(take('c')).toBe('full');
  });

  it('C48 forget whoever left the queue', () => {
    const { slots, started, take } = run(1, 9);
    take('a');
    const leave = take('b');
    take('c');
    if (typeof leave === 'function') leave();
    slots.release();
    expect(started).toEqual(['a', 'c']);
    slots.release();
    expect(slots.taken).toBe(0);
  });
});
