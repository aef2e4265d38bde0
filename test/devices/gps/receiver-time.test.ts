import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReceiverTime } from '../../../devices/gps/receiver-time.ts';

const DAY = 86_400_000;
const TODAY = Math.floor(Date.UTC(2026, 10, 26) / DAY);
const NOON = 12 * 3_600_000;

/** The days that a live receiver is taken to mean, heard once a second from noon on, by a clock that is set. */
function daysOf(dates: readonly number[]): number[] {
  const time = new ReceiverTime({ isLive: true });
  return dates.map((day, second) => {
    const timeOfDay = NOON + second * 1_000;
    const heard = { monotonic: second * 1_000, trusted: TODAY * DAY + timeOfDay };
    return Math.floor((time.resolve(timeOfDay, day, heard) ?? 0) / DAY) - TODAY;
  });
}

const days = (...offsets: number[]) => daysOf(offsets.map((offset) => TODAY + offset));

test('a date is believed when it comes three times in a row', () => {
  expect(days(0, -9, -9, -9, -9)).toEqual([0, 0, 0, -9, -9]);
});

test('dates that contradict each other bear none of them out', () => {
  expect(days(0, -365, -365, -1, 30, -365, -1, 0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

test('whatever wrong dates come, none counts unless three in a row agree', () => {
  const wrong = fc.integer({ min: -3_000, max: 3_000 }).filter((day) => day !== 0);
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant(0), wrong, fc.constantFrom(-365, 1)), { maxLength: 60 }), (offsets) => {
      const agree = offsets.some((day, i) => i > 1 && day !== 0 && day === offsets[i - 1] && day === offsets[i - 2]);
      fc.pre(!agree);
      expect(days(0, ...offsets)).toEqual(Array(offsets.length + 1).fill(0));
    }),
  );
});
