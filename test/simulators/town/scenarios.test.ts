import fc from 'fast-check';
import { expect, test } from 'vitest';
import { childNear, crowd, FLOOD_THRESHOLDS_M, flood, plow } from '../../../simulators/town/scenarios.ts';

const seconds = (until: number, step = 1) => Array.from({ length: until / step }, (_, index) => index * step);
/** Metres per degree of latitude and longitude at 37.5° N, from the tables for WGS 84. */
const DEGREE_M = { lat: 110_993, lon: 88_417 };

test('within a minute of the demo the river rises past all four thresholds and falls below them again', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const level = flood({ seed, timeScale: 60 });
      const levels = seconds(60, 0.1).map(level);
      const crest = levels.indexOf(Math.max(...levels));
      for (const threshold of Object.values(FLOOD_THRESHOLDS_M)) {
        expect(levels[0]).toBeLessThan(threshold);
        expect(levels[crest]).toBeGreaterThan(threshold);
        expect(levels.at(-1)).toBeLessThan(threshold);
      }
      expect(Math.min(...levels)).toBeGreaterThan(0);
      expect(Math.max(...levels)).toBeLessThan(3.5);
    }),
    { numRuns: 20 },
  );
});

test('the same seed makes the same river', () => {
  const world = { seed: 5, timeScale: 60 };
  expect(seconds(60).map(flood(world))).toEqual(seconds(60).map(flood(world)));
});

test('people enter and leave one at a time, and only those who entered leave', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const passed = seconds(120, 0.5).map(crowd({ seed, timeScale: 60 }, 6));
      expect(passed[0]).toEqual({ entered: 0, left: 0 });
      for (const [index, now] of passed.entries()) {
        const before = passed[Math.max(0, index - 1)] ?? now;
        expect(now.entered).toBeGreaterThanOrEqual(before.entered);
        expect(now.left).toBeGreaterThanOrEqual(before.left);
        expect(now.left).toBeLessThanOrEqual(now.entered);
        expect(Number.isInteger(now.entered) && Number.isInteger(now.left)).toBe(true);
      }
      expect(passed.at(-1)?.entered).toBeGreaterThan(500);
    }),
    { numRuns: 20 },
  );
});

test('a snowplow stays in Aizuwakamatsu, moves as fast as it says, and loses its fix for a while in the first minute', () => {
  const at = plow();
  const minute = seconds(60).map(at);
  expect(minute[0]).toBeDefined();
  expect(minute.at(-1)).toBeDefined();
  expect(minute.filter((fix) => fix === undefined).length).toBeGreaterThan(5);
  for (const second of seconds(1500)) {
    const [here, there] = [at(second), at(second + 1)];
    if (!here || !there) continue;
    expect(here.lat).toBeGreaterThan(37.48);
    expect(here.lat).toBeLessThan(37.51);
    expect(here.lon).toBeGreaterThan(139.92);
    expect(here.lon).toBeLessThan(139.94);
    const movedM = Math.hypot((there.lat - here.lat) * DEGREE_M.lat, (there.lon - here.lon) * DEGREE_M.lon);
    expect(movedM).toBeLessThan(here.speedMps * 1.01);
    if (here.courseDeg === there.courseDeg) expect(movedM).toBeGreaterThan(here.speedMps * 0.99);
  }
});

test('a child passes each detector once on the way there and once on the way back', () => {
  const near = seconds(120, 0.5).map((second) => childNear(18)(second) < 10);
  const arrivals = near.filter((isNear, index) => isNear && !near[index - 1]).length;
  expect(arrivals).toBe(2);
  expect(Math.min(...seconds(120, 0.5).map(childNear(66)))).toBeLessThan(4);
});
