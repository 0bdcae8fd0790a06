import { expect, test } from 'vitest';
import { Scope } from '../../../core/scope.ts';

test('a scope releases in reverse order, and all of it even when one release fails', async () => {
  const order: string[] = [];
  const scope = new Scope();
  scope.defer(() => order.push('first'));
  scope.defer(() => {
    throw new Error('second fails');
  });
  scope.use({ [Symbol.asyncDispose]: async () => void order.push('third') });
  await expect(scope[Symbol.asyncDispose]()).rejects.toThrow('second fails');
  expect(order).toEqual(['third', 'first']);
});
