import { expect, it } from 'vitest';
import { classifyFailure, type ErrorClass } from '../../../../runner/load/error-class.ts';

it.each<[code: string | null, wasConnected: boolean, errorClass: ErrorClass]>([
  [null, true, 'reset'],
  ['ECONNRESET', true, 'reset'],
  ['EPIPE', true, 'reset'],
  ['ECONNREFUSED', false, 'connect'],
  ['ECONNRESET', false, 'connect'],
  ['ETIMEDOUT', false, 'connect'],
  ['ETIMEDOUT', true, 'timeout'],
  ['EMFILE', false, 'emfile'],
  ['EADDRNOTAVAIL', false, 'eaddrnotavail'],
  ['EHOSTUNREACH', true, 'other'],
])('%s on a connection that was up: %s is of class %s', (code, wasConnected, errorClass) => {
  expect(classifyFailure(code, wasConnected)).toBe(errorClass);
});
