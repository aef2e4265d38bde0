import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scaled } from '../../../devices/profile/values.ts';

test.each([
  [123, { scale: 0.01 }, 1.23],
  [3, { scale: 0.1 }, 0.3],
  [10001, { scale: 0.1, offset: -1000 }, 0.1],
  [281483566841860, {}, 281483566841860],
  [281483566841860, { scale: 0.001 }, 281483566841.86],
  [2 ** 53 - 1, { scale: 1, offset: 0 }, 2 ** 53 - 1],
  [999999999999998, { scale: 0.1 }, 99999999999999.8],
  [0, { scale: -0.1 }, 0],
  [1, { scale: 1e-90 }, 1e-90],
  [1e300, { scale: 1e300 }, Number.POSITIVE_INFINITY],
])('%d scaled by %j is %d', (raw, how, value) => {
  expect(scaled(raw, how)).toBe(value);
});

test('a decimal of up to fifteen digits comes out as a person would write it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }),
      fc.integer({ min: 0, max: 9 }),
      (raw, digits) => {
        expect(scaled(raw, { scale: 10 ** -digits })).toBe(Number(`${raw}e-${digits}`) + 0);
      },
    ),
  );
});
