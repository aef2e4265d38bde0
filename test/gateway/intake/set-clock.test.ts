import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GpsClock } from '../../../gateway/intake/set-clock.ts';

const NOW = Date.UTC(2026, 10, 25, 12);
const WRONG = Date.UTC(2038, 10, 21);
const at = { wall: 0, monotonic: 0, synchronised: false };

function rig() {
  const offsets: number[] = [];
  const clock = new GpsClock((offsetMs) => {
    if (offsetMs !== offsets.at(-1)) offsets.push(offsetMs);
  });
  /** Moments from second `from` on, each `errorMs` off. */
  const teller = () => {
    const receiver = clock.receiver();
    return (from: number, count: number, errorMs: number | ((i: number) => number) = 0) => {
      for (let i = 0; i < count; i++) {
        const heardAt = (from + i) * 1_000;
        const error = typeof errorMs === 'number' ? errorMs : errorMs(i);
        receiver({ moments: [{ time: NOW + heardAt + error, heardAt }] }, at);
      }
    };
  };
  return { offsets, teller, tell: teller() };
}

test('the clock is set when several fixes agree, and not before', () => {
  const { offsets, tell } = rig();
  tell(0, 2);
  expect(offsets).toEqual([]);
  tell(2, 1);
  expect(offsets).toEqual([NOW]);
});

test('fixes that do not agree set nothing', () => {
  const { offsets, tell } = rig();
  tell(0, 2, WRONG - NOW);
  tell(2, 2);
  tell(4, 1, WRONG - NOW);
  tell(5, 2);
  expect(offsets).toEqual([]);
  tell(7, 1);
  expect(offsets).toEqual([NOW]);
});

test('a clock that is set follows only many that agree: a drift within half a minute, a leap as late', () => {
  const { offsets, tell } = rig();
  tell(0, 40);
  tell(40, 29, WRONG - NOW);
  tell(69, 40, (i) => i * 5); // 5 ms a second
  expect(offsets.slice(1).every((offset) => offset - NOW < 250)).toBe(true);
  expect((offsets.at(-1) ?? 0) - NOW).toBeGreaterThan(50);
  tell(109, 30, 3_600_000);
  expect(offsets.at(-1)).toBe(NOW + 3_600_000);
});

test('one receiver leads until it has been silent for ten minutes', () => {
  const { offsets, tell, teller } = rig();
  const other = teller();
  tell(0, 100);
  other(0, 100, WRONG - NOW);
  expect(offsets).toEqual([NOW]);
  other(1_000, 30, 60_000);
  expect(offsets).toEqual([NOW, NOW + 60_000]);
});

test('one wrong moment, wherever it comes, never moves the clock', () => {
  fc.assert(
    fc.property(fc.nat(99), fc.integer({ min: -2e12, max: 2e12 }), fc.nat(400), (where, wrong, jitter) => {
      const { offsets, tell } = rig();
      tell(0, 100, (i) => (i === where ? wrong : -((i * 7_919) % (jitter + 1))));
      expect(offsets.length).toBeGreaterThan(0);
      for (const offset of offsets) expect(Math.abs(offset - NOW)).toBeLessThanOrEqual(1_000);
    }),
  );
});
