import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

/** Further seeds: `npm run simulate-faults`. */
const seeds = Array.from({ length: 24 }, (_, i) => 1001 + i);
const hours = 3;

test.for(seeds)('whatever goes wrong in seed %i, every durable reading is accounted for', async (seed) => {
  const report = await simulate(seed, { hours });
  expect(report.observed).toBeGreaterThan(0);
  expect(report.stored).toBeGreaterThan(0);
});

test('the same seed takes the same course, event for event, and another one another', async () => {
  const once = await simulate(7, { hours });
  const again = await simulate(7, { hours });
  const other = await simulate(8, { hours });
  expect(again).toEqual(once);
  expect(Object.keys(once.struck).length).toBeGreaterThan(5);
  expect(other.digest).not.toBe(once.digest);
});
