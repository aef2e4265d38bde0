import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StationClocks } from '../../../gateway/ports/station-clocks.ts';

const wrapMs = 2 ** 32 / 1_000;

test('a frame that comes late over its line is dated back to when its station heard it', () => {
  const clocks = new StationClocks(wrapMs);
  expect(clocks.heardAt('a', 1_000, 50_020)).toBe(50_020);
  expect(clocks.heardAt('a', 3_000, 52_050)).toBe(52_020);
  expect(clocks.heardAt('a', 4_000, 56_020)).toBe(53_020); // three seconds late
  expect(clocks.heardAt('a', 6_000, 55_010)).toBe(55_010); // the line is faster than ever
  expect(clocks.heardAt('b', 6_000, 55_010)).toBe(55_010);
});

test('a station that starts again is believed, and so is one that was quiet for long', () => {
  const clocks = new StationClocks(wrapMs);
  clocks.heardAt('a', 1_000_000, 50_000);
  expect(clocks.heardAt('a', 2_000, 60_000)).toBe(60_000);
  expect(clocks.heardAt('a', 3_000, 61_500)).toBe(61_000);
  expect(clocks.heardAt('a', 700_000, 60_000 + 700_500)).toBe(760_500);
});

test('whatever the line does, a frame is dated within the drift of the clocks of when it would have come at best', () => {
  const frame = fc.record({
    afterMs: fc.integer({ min: 1, max: 60_000 }),
    lateMs: fc.integer({ min: 0, max: 10_000 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.double({ min: -1e-4, max: 1e-4, noNaN: true }),
      fc.array(frame, { minLength: 1, maxLength: 200 }),
      (startUs, drift, frames) => {
        const clocks = new StationClocks(wrapMs);
        const lineMs = 20;
        let now = 0;
        clocks.heardAt('a', startUs / 1_000, lineMs);
        for (const [i, { afterMs, lateMs }] of frames.entries()) {
          now += afterMs;
          const ticks = ((startUs + now * 1_000 * (1 + drift)) % 2 ** 32) / 1_000;
          const late = i % 3 === 0 ? 0 : lateMs; // now and then it is as fast as it can be
          const heardAt = clocks.heardAt('a', ticks, now + lineMs + late);
          expect(Math.abs(heardAt - (now + lineMs))).toBeLessThan(200);
        }
      },
    ),
  );
});
