import { expect, test } from 'vitest';
import { ATTACKS } from './attacks.ts';
import { faultsOf, latencyOf, type Measured } from './siege-run.ts';

const held: Measured = {
  p50Ms: 5,
  p99Ms: 999,
  maxMs: 3_000,
  maxRssMb: 199,
  restarts: 0,
  uplinksSent: 100,
  uplinksStored: 95,
};

test('a gateway that kept every bound held', () => {
  expect(faultsOf(held)).toEqual([]);
});

test.each([
  [{ restarts: 1 }, 'it was started again 1 times'],
  [{ maxRssMb: 200 }, 'it took 200 MB of memory, 200 at most'],
  [{ p99Ms: 1_000 }, 'the honest device waited 1000 ms (p99), 1000 at most'],
  [{ uplinksStored: 94 }, 'of 100 uplinks only 94 were stored'],
])('one that broke a bound did not: %j', (broken, fault) => {
  expect(faultsOf({ ...held, ...broken })).toEqual([fault]);
});

test('latencies are told by their ranks', () => {
  expect(latencyOf(Array.from({ length: 101 }, (_, i) => 100 - i))).toEqual({ p50Ms: 50, p99Ms: 99, maxMs: 100 });
  expect(latencyOf([])).toEqual({ p50Ms: 0, p99Ms: 0, maxMs: 0 });
});

test('every attack has a name of its own and says what it tries', () => {
  const names = ATTACKS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { tried } of ATTACKS) expect(tried).not.toBe('');
});
