/** Which sightings of one tag can be true together. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unlikelyAmong } from '../../../../gateway/destinations/tags/likely.ts';
import type { Sighting, Source } from '../../../../gateway/destinations/tags/store.ts';

const KAKOGAWA = { lat: 34.7567, lon: 134.8412 };
const KOBE = { lat: 34.6901, lon: 135.1956 };
const at = (
  minute: number,
  place: { lat?: number; lon?: number } = KAKOGAWA,
  source: Source = 'detector',
): Sighting => ({
  ...{ at: minute * 60_000, firstAt: minute * 60_000, source, detector: undefined },
  ...{ tenant: undefined, gateway: undefined, placeName: undefined },
  ...{ lat: place.lat, lon: place.lon, accuracyM: undefined, rssi: undefined, count: 1 },
});
const near = (metres: number) => ({ lat: KAKOGAWA.lat + metres / 111_195, lon: KAKOGAWA.lon });
const judge = (...sightings: Sighting[]) => unlikelyAmong(sightings, 40);

test('how far it is from one place to another is measured on the sphere', () => {
  const places = [
    { from: KAKOGAWA, to: KOBE, metres: 33_240 },
    { from: { lat: 0, lon: 179.85 }, to: { lat: 0, lon: -179.85 }, metres: 33_358 },
    { from: { lat: 60, lon: 10 }, to: { lat: 60, lon: 10.6 }, metres: 33_359 },
  ];
  for (const { from, to, metres } of places) {
    const fastest = Math.ceil((metres - 400) / 40 - 10); // s, with the reach of two detectors and the doubt of two clocks
    expect(judge(at(0, from), at((fastest + 15) / 60, to))).toEqual([false, false]);
    expect(judge(at(0, from), at((fastest - 15) / 60, to))).toEqual([false, true]);
  }
});

test('who walks, or takes a train, is likely everywhere', () => {
  expect(judge(at(0), at(1, near(80)), at(2, near(160)), at(20, KOBE))).toEqual([false, false, false, false]);
});

test('a sighting too far away is unlikely, and those after it are not', () => {
  expect(judge(at(0), at(1, KOBE), at(2), at(3))).toEqual([false, true, false, false]);
  expect(judge(at(0), at(1), at(2, KOBE))).toEqual([false, false, true]); // of two that contradict each other the later
});

test('a forged first sighting does not make the true ones unlikely', () => {
  expect(judge(at(0, KOBE), at(1), at(2), at(3))).toEqual([true, false, false, false]);
});

test('phones weigh less than detectors, whoever comes first', () => {
  expect(judge(at(0, KOBE, 'phone'), at(1))).toEqual([true, false]);
  expect(judge(at(0), at(1, KOBE, 'phone'))).toEqual([false, true]);
  expect(judge(at(0, KOBE, 'phone'), at(1, KAKOGAWA, 'phone'), at(2, KAKOGAWA, 'phone'))).toEqual([true, false, false]);
});

test('two neighbouring detectors hear a tag at the same time', () => {
  expect(judge(at(0), at(0, near(300)))).toEqual([false, false]);
});

test('without a place nothing is unlikely', () => {
  expect(judge(at(0), at(1, {}), at(1, KOBE))).toEqual([false, false, true]);
  expect(judge()).toEqual([]);
});

test('whatever is likely can be travelled, and something always is', () => {
  const sighting = fc.record({
    minute: fc.integer({ min: 0, max: 600 }),
    metres: fc.integer({ min: 0, max: 300_000 }),
    isPhone: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(sighting, { minLength: 1, maxLength: 60 }), (drawn) => {
      const sightings = drawn
        .toSorted((a, b) => a.minute - b.minute)
        .map(({ minute, metres, isPhone }) => at(minute, near(metres), isPhone ? 'phone' : 'detector'));
      const unlikely = judge(...sightings);
      const likely = sightings.filter((_, i) => !unlikely[i]);
      expect(likely.length).toBeGreaterThan(0);
      for (const [i, here] of likely.entries()) {
        const there = likely[i - 1];
        if (there?.lat === undefined || here.lat === undefined) continue;
        const metres = Math.abs(here.lat - there.lat) * 111_195;
        expect(metres).toBeLessThanOrEqual(((here.at - there.at) / 1000 + 10) * 40 + 400 + 1);
      }
    }),
  );
});
