import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

/** Further seeds: `npm run simulate-faults`. */
const seeds = Array.from({ length: 24 }, (_, i) => 1001 + i);
const alone = { hours: 3, hub: false };

test.for(seeds)('whatever goes wrong in seed %i, every durable reading is accounted for', async (seed) => {
  const report = await simulate(seed, alone);
  expect(report.observed).toBeGreaterThan(0);
  expect(report.stored).toBeGreaterThan(0);
});

/** With a hub between several gateways and the city OS. */
const hubSeeds = [1, 2, 5, 9];

test.for(hubSeeds)(
  'whatever goes wrong in seed %i around a hub, what it has answered for arrives once under its own name, and orders are done once',
  async (seed) => {
    const report = await simulate(seed, { hours: 0.7, hub: true });
    expect(report.observed).toBeGreaterThan(0);
    expect(report.stored).toBeGreaterThan(0);
    for (const count of Object.values(report.orders)) expect(count).toBeGreaterThan(0);
  },
);

test('a seed with a hub takes the same course again', async () => {
  const once = await simulate(1, { hours: 0.3, hub: true });
  expect(await simulate(1, { hours: 0.3, hub: true })).toEqual(once);
});

test('the same seed takes the same course, event for event, and another one another', async () => {
  const once = await simulate(7, alone);
  const again = await simulate(7, alone);
  const other = await simulate(8, alone);
  expect(again).toEqual(once);
  expect(Object.keys(once.struck).length).toBeGreaterThan(5);
  expect(other.digest).not.toBe(once.digest);
});
