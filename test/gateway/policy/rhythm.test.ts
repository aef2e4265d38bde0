import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Rhythm } from '../../../gateway/policy/rhythm.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A rhythm that has heard these gaps, ms. */
function heard(gapsMs: readonly number[], remembered?: number): Rhythm {
  const rhythm = new Rhythm(remembered);
  let at = 1_000;
  rhythm.beat(at);
  for (const gap of gapsMs) {
    at += gap;
    rhythm.beat(at);
  }
  return rhythm;
}

const every = (ms: number, times: number) => Array<number>(times).fill(ms);

test('a device that reports like a clock may be quiet for three of its gaps, but never less than a minute', () => {
  expect(heard(every(10 * MINUTE, 8)).expectedMs).toBe(30 * MINUTE);
  expect(heard(every(1_000, 100)).expectedMs).toBe(MINUTE);
});

test('with fewer than eight gaps nothing is known, except what was remembered', () => {
  expect(heard(every(10 * MINUTE, 7)).expectedMs).toBeUndefined();
  expect(heard(every(10 * MINUTE, 7), 5_000_000).expectedMs).toBe(5_000_000);
  expect(heard(every(10 * MINUTE, 8), 5_000_000).expectedMs).toBe(30 * MINUTE);
  expect(heard([]).guessedMs).toBe(0);
  expect(heard([60 * MINUTE]).guessedMs).toBe(180 * MINUTE);
});

test('one outage teaches nothing, but a pause that comes twice is a habit', () => {
  const once = heard([...every(10 * MINUTE, 20), 2 * DAY]);
  expect(once.expectedMs).toBeLessThan(60 * MINUTE);
  const nights = Array.from({ length: 4 }, () => [...every(10 * MINUTE, 60), 14 * 60 * MINUTE]).flat();
  expect(heard(nights).expectedMs).toBeGreaterThan(14 * 60 * MINUTE);
});

test('readings of one report are no gaps', () => {
  const rhythm = new Rhythm();
  for (let n = 0; n < 9; n++) for (const ms of [0, 20, 999]) rhythm.beat(n * 10 * MINUTE + ms);
  expect(rhythm.expectedMs).toBe(30 * MINUTE);
  const fast = new Rhythm();
  for (let at = 0; at < 20_000; at += 100) fast.beat(at);
  expect(fast.expectedMs).toBe(MINUTE);
});

test('a device that keeps its beat within a half is never called silent, however long it runs', () => {
  const period = fc.integer({ min: 2_000, max: DAY });
  const jitters = fc.array(fc.double({ min: 0.5, max: 1.5, noNaN: true }), { minLength: 9, maxLength: 400 });
  fc.assert(
    fc.property(period, jitters, (periodMs, factors) => {
      const rhythm = new Rhythm();
      let at = 0;
      for (const factor of factors) {
        const gap = Math.round(periodMs * factor);
        const expected = rhythm.expectedMs;
        if (expected !== undefined) expect(gap).toBeLessThanOrEqual(expected);
        at += gap;
        rhythm.beat(at);
      }
      expect(rhythm.expectedMs).toBeLessThanOrEqual(Math.max(MINUTE, 7.5 * periodMs));
    }),
  );
});
