import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONDITION, type Comparison, holds, parseCondition } from '../../../simulators/rig/condition.ts';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const word = (first: string, rest: string) =>
  fc
    .tuple(fc.constantFrom(...first), fc.string({ unit: fc.constantFrom(...rest), maxLength: 8 }))
    .map(([head, tail]) => head + tail);
const comparison: fc.Arbitrary<Comparison> = fc.record({
  subject: word(`${letters}0123456789`, `${letters}0123456789._-`),
  quantity: word(letters, `${letters}0123456789_-`),
  operator: fc.constantFrom('>', '<', '>=', '<=', '=='),
  number: fc.integer({ min: -100_000, max: 100_000 }).map((thousandths) => thousandths / 1000),
});
const gap = fc.constantFrom('', ' ', '  ');

describe('a condition', () => {
  test('that is written is read as it was meant, dots in the name of a device and all', () => {
    fc.assert(
      fc.property(fc.array(comparison, { minLength: 1, maxLength: 4 }), gap, (comparisons, space) => {
        const text = comparisons
          .map(
            ({ subject, quantity, operator, number }) => `${subject}.${quantity}${space}${operator}${space}${number}`,
          )
          .join(' and ');
        expect(CONDITION.test(text)).toBe(true);
        expect(parseCondition(text)).toEqual(comparisons);
      }),
    );
  });

  test.each([
    '',
    'gauge > 2',
    'gauge.level',
    'gauge.level = 2',
    'gauge.level > high',
    'a.b > 1 or c.d > 2',
    'a.b > 1 and',
  ])('is not "%s"', (text) => expect(CONDITION.test(text)).toBe(false));

  test('holds if each of its comparisons does; what is not sensed holds nothing', () => {
    fc.assert(
      fc.property(
        fc.array(comparison, { minLength: 1, maxLength: 4 }),
        fc.func(fc.option(fc.integer({ min: -100, max: 100 }), { nil: undefined })),
        (comparisons, sensed) => {
          const model = comparisons.every(({ subject, quantity, operator, number }) => {
            const value = sensed(subject, quantity);
            const compared = value === undefined ? Number.NaN : Math.sign(value - number);
            return {
              '>': compared === 1,
              '<': compared === -1,
              '>=': compared >= 0,
              '<=': compared <= 0,
              '==': compared === 0,
            }[operator];
          });
          expect(holds(comparisons, sensed)).toBe(model);
        },
      ),
    );
  });
});
