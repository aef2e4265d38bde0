import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arrivals } from '../../../shared/feed/arrivals.ts';

test('arrivals agree with a set of numbers, in whatever order the numbers and gaps come', () => {
  const step = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 8 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 70 }), (steps, upTo) => {
      const arrivals = new Arrivals();
      const model = new Set<number>();
      for (const [first, more] of steps) {
        arrivals.add(first, first + more);
        for (let n = first; n <= first + more; n++) model.add(n);
      }
      const missing = arrivals.missing(upTo).flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => a + i));
      expect(missing).toEqual(Array.from({ length: upTo }, (_, i) => i + 1).filter((n) => !model.has(n)));
      for (let n = 1; n <= 75; n++) expect(arrivals.has(n)).toBe(model.has(n));
      const ranges = arrivals.ranges();
      for (const [i, range] of ranges.entries()) expect(range[0]).toBeGreaterThan((ranges[i - 1]?.[1] ?? -1) + 1);
      expect(new Arrivals(ranges).ranges()).toEqual(ranges);
    }),
  );
});
