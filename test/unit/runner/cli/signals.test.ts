import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { interruptionCode, listenForSignals } from '../../../../runner/cli/signals.ts';

function listening() {
  const source = new EventEmitter();
  const done: string[] = [];
  const signal = listenForSignals(source, {
    onFirst: () => done.push('told'),
    exit: (code) => done.push(`exit ${code}`),
  });
  return { source, done, signal };
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])('%s asks the command to end in order, which then exits with %i', (name, code) => {
  const { source, done, signal } = listening();
  expect(interruptionCode(signal)).toBeNull();
  source.emit(name);
  expect(signal.aborted).toBe(true);
  expect(interruptionCode(signal)).toBe(code);
  expect(done).toEqual(['told']);
});

test('a second signal leaves at once', () => {
  const { source, done, signal } = listening();
  source.emit('SIGTERM');
  source.emit('SIGINT');
  expect(done).toEqual(['told', 'exit 130']);
  expect(interruptionCode(signal)).toBe(143);
});
