import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countSince, parseTotals } from '../../../devices/people-counter/totals.ts';

const options = { rollOver: 1_000_000, maxPerReading: 2000 };

test('the first totals are the baseline', () => {
  expect(countSince(undefined, { entered: 123, left: 45 }, options)).toEqual({ entered: 0, left: 0, isTooFast: false });
});

test('totals that grow give their difference', () => {
  const count = countSince({ entered: 100, left: 90 }, { entered: 103, left: 90 }, options);
  expect(count).toEqual({ entered: 3, left: 0, isTooFast: false });
});

test('a total that rolls over is counted through', () => {
  const count = countSince({ entered: 999_998, left: 5 }, { entered: 1, left: 6 }, options);
  expect(count).toEqual({ entered: 3, left: 1, isTooFast: false });
});

test('a power cut resets both totals, even if only one fell', () => {
  const count = countSince({ entered: 500_000, left: 5 }, { entered: 7, left: 9 }, options);
  expect(count).toEqual({ entered: 7, left: 9, isTooFast: false });
});

test('a jump is counted, however great, and marked as too fast', () => {
  const count = countSince({ entered: 0, left: 0 }, { entered: 5000, left: 0 }, options);
  expect(count).toEqual({ entered: 5000, left: 0, isTooFast: true });
});

test('remembered totals are accepted only if they are two whole numbers', () => {
  expect(parseTotals({ entered: 1, left: 2 })).toEqual({ entered: 1, left: 2 });
  for (const other of [undefined, null, {}, { entered: 1 }, { entered: -1, left: 0 }, { entered: 0.5, left: 0 }]) {
    expect(parseTotals(other)).toBeUndefined();
  }
});

test('a counter that rolls over any number of times loses nobody', () => {
  const passing = fc.record({ entered: fc.nat(50), left: fc.nat(50) });
  fc.assert(
    fc.property(fc.array(passing, { maxLength: 100 }), (passings) => {
      const small = { rollOver: 100, maxPerReading: 50 };
      const truth = { entered: 0, left: 0 };
      const counted = { entered: 0, left: 0 };
      let last = { entered: 0, left: 0 };
      for (const { entered, left } of passings) {
        truth.entered += entered;
        truth.left += left;
        const now = { entered: truth.entered % 100, left: truth.left % 100 };
        const since = countSince(last, now, small);
        counted.entered += since.entered;
        counted.left += since.left;
        last = now;
      }
      expect(counted).toEqual(truth);
    }),
  );
});
