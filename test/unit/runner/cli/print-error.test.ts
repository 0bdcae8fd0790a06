import { expect, test } from 'vitest';
import { LabError } from '../../../../core/errors.ts';
import { printError } from '../../../../runner/cli/print-error.ts';
import { fakeTerminal } from './fake-terminal.ts';

test('an expected error shows what, the facts and the hint, and no stack trace', () => {
  const { terminal, err, out } = fakeTerminal();
  const error = new LabError('E_START', 'flup ended before it was ready', {
    facts: { exit: 1, waited: null, log: 'Traceback:\n  boom' },
    hint: 'Read the log.',
  });
  expect(printError(error, terminal)).toBe(4);
  expect(err.text()).toBe(
    'error: flup ended before it was ready [E_START]\n  exit: 1\n  log:\n    Traceback:\n      boom\nhint: Read the log.\n',
  );
  expect(out.text()).toBe('');
});

test('a fault of ours shows its trace and says so', () => {
  const { terminal, err } = fakeTerminal();
  expect(printError(new TypeError('x is not a function'), terminal)).toBe(5);
  expect(err.text()).toContain('error: x is not a function [E_INTERNAL]');
  expect(err.text()).toContain('print-error.test.ts');
});

test('LAB_DEBUG=1 shows the trace of an expected error and of its cause', () => {
  const { terminal, err } = fakeTerminal({ LAB_DEBUG: '1' });
  printError(new LabError('E_USAGE', 'no', { cause: new Error('deeper') }), terminal);
  expect(err.text()).toContain('caused by: Error: deeper');
});

test('escape sequences in what a server said do not reach the terminal', () => {
  const { terminal, err } = fakeTerminal();
  printError(
    new LabError('E_START', 'it said \u001b]0;title\u0007\u001b[31mred\u001b[0m\u0008', {}),
    terminal,
  );
  expect(err.text()).toBe('error: it said red [E_START]\n');
});
