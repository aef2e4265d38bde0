import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../simulators/random.ts';

test('the same seed gives the same numbers, another seed others', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      expect([...new Random(seed).bytes(20)]).toEqual([...new Random(seed).bytes(20)]);
      expect([...new Random(seed).bytes(20)]).not.toEqual([...new Random(seed + 1).bytes(20)]);
    }),
  );
});

test('whole numbers stay within their bounds and reach both', () => {
  const random = new Random(1);
  const seen = new Set(Array.from({ length: 1000 }, () => random.int(-2, 2)));
  expect([...seen].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
});

test('normal numbers have their mean and deviation', () => {
  const random = new Random(1);
  const numbers = Array.from({ length: 10_000 }, () => random.normal(5, 2));
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
  expect(mean).toBeCloseTo(5, 1);
  expect(Math.sqrt(variance)).toBeCloseTo(2, 1);
});
