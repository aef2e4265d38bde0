/** Where a device has been: in the order of its own times, within bounds, and told on from where it was told last. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apartMs, maxPoints, Track } from '../../../gateway/map/track.ts';
import { aheadMs, Tracks } from '../../../gateway/map/tracks.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT } from '../buffer/buffer-rig.ts';

const point = (i: number) => ({ at: AT + i * apartMs, lat: 35 + i / 1_000, lon: 139 });
const times = (track: Track, order = 0) => track.since(order, 0, Infinity)?.points.map(({ at }) => (at - AT) / apartMs);
const at = (wall: number, synchronised = true) => ({ wall, monotonic: wall, synchronised });
const position = (i: number, more: Partial<Reading> = {}): Reading =>
  ({ device: 'plow-01', kind: 'position', observedAt: point(i).at, values: point(i), ...more }) as Reading; // as the kind has it

test('a track is in the order of its own times, however its points come, and holds the newest', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(Array.from({ length: 30 }, (_, i) => i)), (order) => {
      const track = new Track();
      order.forEach((i, n) => {
        track.add(point(i), n + 1);
      });
      const sorted = order.toSorted((a, b) => a - b);
      expect(times(track)).toEqual(sorted.length < 2 ? undefined : sorted);
    }),
  );
  const long = new Track();
  for (let i = 0; i < maxPoints + 50; i++) long.add(point(i), i + 1);
  long.add(point(3), 9_999); // older than all that is held
  expect(times(long)).toHaveLength(maxPoints);
  expect(times(long)?.at(0)).toBe(50);
  expect(times(long)?.at(-1)).toBe(maxPoints + 49);
});

test('points that are near in time are one, so that an hour fits', () => {
  const track = new Track();
  for (let s = 0; s < 60; s++) track.add({ ...point(0), at: AT + s * 1_000 }, s + 1);
  expect(times(track)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('whoever was told goes on from the last point; after a late one the whole is told again', () => {
  const track = new Track();
  for (const i of [0, 1, 5]) track.add(point(i), i + 1);
  expect(track.since(6, 0, Infinity)).toBeUndefined();
  track.add(point(6), 7);
  expect(track.since(6, 0, Infinity)).toEqual({ points: [point(5), point(6)], isWhole: false });
  track.add(point(3), 8);
  expect(track.since(7, 0, Infinity)?.isWhole).toBe(true);
  expect(times(track, 7)).toEqual([0, 1, 3, 5, 6]);
});

test('what is dated ahead, in doubt, without a clock or not on earth is no point; nor is a sighting', () => {
  const tracks = new Tracks(3);
  const now = at(AT + 10 * apartMs);
  const values = { lat: 35, lon: 139 };
  const wrong: Reading[] = [
    position(0, { quality: 'uncertain' }),
    position(0, { quality: 'clock-unsynchronised' }),
    position(0, { observedAt: now.wall + aheadMs + 1 }),
    position(0, { values: { lat: 91, lon: 0 } as never }),
    position(0, { values: { lat: Number.NaN, lon: 0 } as never }),
    {
      device: 'd',
      kind: 'sighting',
      observedAt: AT,
      values: { tag: 'x', count: 1, firstAt: AT, lastAt: AT, ...values },
    },
    { device: 'd', kind: 'measurement', observedAt: AT, values },
  ];
  for (const reading of wrong) tracks.note('x', reading, now, 1);
  expect(tracks.size).toBe(0);
});

test('beyond the bound whoever has not moved for an hour makes room, else a further one has no track', () => {
  const tracks = new Tracks(2);
  tracks.note('old', position(0), at(AT), 1);
  tracks.note('b', position(300), at(point(300).at), 2);
  tracks.note('c', position(301), at(point(301).at), 3);
  expect(tracks.keys()).toEqual(['old', 'b']);
  expect(tracks.isFull).toBe(true);
  tracks.note('c', position(400), at(point(400).at), 4);
  expect(tracks.keys()).toEqual(['b', 'c']);
  expect(tracks.isFull).toBe(false);
});

test('only the last hour is told', () => {
  const tracks = new Tracks(2);
  for (let i = 0; i < 300; i++) tracks.note('a', position(i), at(point(i).at), i + 1);
  const told = tracks.since('a', 0, at(point(500).at))?.points ?? [];
  expect(told.at(0)?.at).toBe(point(140).at);
});
