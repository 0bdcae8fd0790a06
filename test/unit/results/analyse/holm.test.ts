import { expect, test } from 'vitest';
import { holm } from '../../../../results/analyse/holm.ts';

test('Holm multiplies the smallest p by the number of comparisons, the next by one less', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
});

test('Holm never lets a larger p overtake a smaller one, nor exceed 1', () => {
  expect(holm([0.02, 0.021, 0.9])).toEqual([0.06, 0.06, 0.9]);
  expect(holm([0.6, 0.7])).toEqual([1, 1]);
});

test('one comparison is left alone, and none is none', () => {
  expect(holm([0.04])).toEqual([0.04]);
  expect(holm([])).toEqual([]);
});
