import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inBuckets, type Point } from '../../../gateway/history/points.ts';
import { maxSeries, Recent, staleMs } from '../../../gateway/history/recent.ts';
import { coarseMs, maxCoarse, maxFine, SeriesRing } from '../../../gateway/history/series-ring.ts';
import type { Reading } from '../../../shared/reading.ts';

const AT = Date.UTC(2026, 10, 26, 3, 0, 0);
const MINUTE = 60_000;
const DAY = 86_400_000;

const moment = (monotonic: number) => ({ wall: AT + monotonic, monotonic, synchronised: true });
const level = (device: string, at: number, value: number, more: object = {}): Reading => ({
  device,
  kind: 'water-level',
  observedAt: at,
  values: { level: value },
  ...more,
});
const all = (ring: SeriesRing) => [...ring.points(0, Number.MAX_SAFE_INTEGER)];

test('the newest values are told each, as they were', () => {
  const ring = new SeriesRing();
  for (let i = 0; i < 100; i++) ring.add(AT + i * MINUTE, i / 4, i === 50);
  expect(all(ring)).toHaveLength(100);
  expect(all(ring)[50]).toEqual({
    at: AT + 50 * MINUTE,
    low: 12.5,
    high: 12.5,
    mean: 12.5,
    count: 1,
    isDoubtful: true,
  });
  expect([...ring.points(AT + 10 * MINUTE, AT + 12 * MINUTE)].map(({ mean }) => mean)).toEqual([2.5, 2.75]);
});

test('what is older is told by half-hours, for a week and no longer, and nothing twice', () => {
  const ring = new SeriesRing();
  const count = 10 * 24 * 60;
  for (let i = 0; i < count; i++) ring.add(AT + i * MINUTE, i, false);
  const points = all(ring);
  const end = AT + count * MINUTE;
  expect(points[0]?.at).toBeGreaterThanOrEqual(end - 7 * DAY - coarseMs);
  expect(points[0]?.at).toBeLessThan(end - 7 * DAY + 2 * coarseMs);
  expect(points.length).toBeLessThanOrEqual(maxFine + maxCoarse);
  expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).toSorted((a, b) => a - b));
  const coarse = points.find(({ low, high }) => low !== high);
  expect(coarse).toMatchObject({ mean: ((coarse?.low ?? 0) + (coarse?.high ?? 0)) / 2 });
  expect((coarse?.high ?? 0) - (coarse?.low ?? 0)).toBe(29);
});

test('a silence stays a silence', () => {
  const ring = new SeriesRing();
  for (let i = 0; i < 2 * maxFine; i++) ring.add(AT + i * MINUTE, 1, false);
  const later = AT + 2 * maxFine * MINUTE + DAY;
  for (let i = 0; i < 2 * maxFine; i++) ring.add(later + i * MINUTE, 2, false);
  const inBetween = [...ring.points(AT + 2 * maxFine * MINUTE + coarseMs, later - coarseMs)];
  expect(inBetween).toEqual([]);
});

test('a clock that was set back begins it anew, and a message that was overtaken does not', () => {
  const ring = new SeriesRing();
  ring.add(AT, 1, false);
  ring.add(AT + MINUTE, 2, false);
  ring.add(AT + MINUTE / 2, 9, false);
  expect(all(ring).map(({ mean }) => mean)).toEqual([1, 2]);
  ring.add(AT - DAY, 3, false);
  expect(all(ring)).toMatchObject([{ at: AT - DAY, mean: 3 }]);
});

test('whatever comes, what is told lies within what came, in order, and within the bound', () => {
  const reading = fc.tuple(
    fc.integer({ min: 1, max: 20 * MINUTE }),
    fc.float({ noNaN: true, min: -1000, max: 1000 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 3_000, size: 'max' }), (steps) => {
      const ring = new SeriesRing();
      let at = AT;
      for (const [after, value, isDoubtful] of steps) {
        at += after;
        ring.add(at, value, isDoubtful);
      }
      const points = all(ring);
      expect(points.length).toBeLessThanOrEqual(maxFine + maxCoarse);
      for (const [i, point] of points.entries()) {
        expect(point.at).toBeGreaterThan(points[i - 1]?.at ?? 0);
        expect(point.low).toBeGreaterThanOrEqual(-1000);
        expect(point.high).toBeLessThanOrEqual(1000);
      }
    }),
    { numRuns: 50 },
  );
});

test('of a bucket with sound values, those in doubt are left out', () => {
  const point = (at: number, value: number, isDoubtful: boolean): Point => ({
    ...{ at, low: value, high: value, mean: value, count: 1, isDoubtful },
  });
  expect(inBuckets([point(1, 1, false), point(2, 99, true), point(3, 3, false), point(11, 99, true)], 10)).toEqual([
    { at: 3, low: 1, high: 3, mean: 2, count: 2, isDoubtful: false },
    point(11, 99, true),
  ]);
});

test('where people and vehicles were is not kept, nor what is no number', () => {
  const recent = new Recent();
  const values = { tag: 'cat', count: 3, firstAt: AT, lastAt: AT, rssi: -60 };
  recent.note({ device: 'door', kind: 'sighting', observedAt: AT, values }, moment(0));
  recent.note({ device: 'bus', kind: 'position', observedAt: AT, values: { lat: 35, lon: 139, speed: 3 } }, moment(0));
  recent.note(
    { device: 'box', kind: 'status', observedAt: AT, values: { text: 'x', is: true, odd: Number.NaN } },
    moment(0),
  );
  expect(recent.series).toBe(0);
});

test('at the bound a new quantity has a place only if another has been quiet for long', () => {
  const recent = new Recent();
  const told = (device: string) => [...recent.points(device, 'level', 0, Number.MAX_SAFE_INTEGER)].length;
  for (let i = 0; i < maxSeries; i++) recent.note(level(`gauge-${i}`, AT, 1), moment(i));
  recent.note(level('late', AT, 1), moment(maxSeries));
  expect([recent.series, told('late'), told('gauge-0')]).toEqual([maxSeries, 0, 1]);
  for (let i = 1; i < maxSeries; i++) recent.note(level(`gauge-${i}`, AT + staleMs, 1), moment(staleMs));
  recent.note(level('late', AT + 1, 1), moment(staleMs + 1));
  expect([recent.series, told('late'), told('gauge-0'), told('gauge-1')]).toEqual([maxSeries, 1, 0, 2]);
});

test('a week of as many quantities as there is room for takes less than 5 MB', () => {
  const recent = new Recent();
  const before = process.memoryUsage();
  const started = performance.now();
  const devices = Array.from({ length: Math.ceil(maxSeries / 3) }, (_, i) => `gauge-${i}`);
  const readings = 7 * 24 * 60;
  for (let i = 0; i < readings; i++) {
    const at = AT + i * MINUTE;
    const values = { level: i % 100, distance: 6.5 - (i % 100), battery: 3.6 };
    for (const device of devices)
      recent.note({ device, kind: 'water-level', observedAt: at, values }, moment(i * MINUTE));
  }
  const tookMs = performance.now() - started;
  const after = process.memoryUsage();
  const heldMb = (after.arrayBuffers - before.arrayBuffers + after.heapUsed - before.heapUsed) / 1e6;
  if (process.env.SHOW_FIGURES !== undefined) {
    console.info({
      heldMb,
      arraysMb: (after.arrayBuffers - before.arrayBuffers) / 1e6,
      microsecondsAReading: (tookMs * 1e3) / readings / devices.length,
    });
  }
  expect(recent.series).toBe(maxSeries);
  expect((after.arrayBuffers - before.arrayBuffers) / 1e6).toBeLessThan(5);
  const asked = performance.now();
  for (const device of devices)
    for (const quantity of ['level', 'distance', 'battery'])
      inBuckets(recent.points(device, quantity, AT, AT + 7 * DAY), (7 * DAY) / 500);
  if (process.env.SHOW_FIGURES !== undefined)
    console.info({ millisecondsAQuestion: (performance.now() - asked) / maxSeries });
});
