/** A detector on a vehicle is where the vehicle's receiver last said it was, for a time. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxAgeMs, Whereabouts } from '../../../gateway/intake/whereabouts.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT } from '../buffer/buffer-rig.ts';

const devices = [{ id: 'on-bus', placeFrom: 'gps' }, { id: 'on-post' }, { id: 'gps' }];
const newWhereabouts = () => new Whereabouts({ all: devices, get: (id) => devices.find((each) => each.id === id) });
const after = (monotonic: number) => ({ wall: AT + monotonic, monotonic, synchronised: true });
const here = { lat: 34.7567, lon: 134.8412 };

function position(values: object = {}, more: Partial<Reading> = {}): Reading {
  return { device: 'gps', kind: 'position', observedAt: AT, values: { ...here, ...values }, ...more } as Reading;
}

test('the place is the newest position, and what the vehicle may have gone since makes it less sure', () => {
  const whereabouts = newWhereabouts();
  expect(whereabouts.of('on-bus', 0)).toBeUndefined();
  whereabouts.note(position({ speed: 10, hdop: 0.9 }), after(1_000));
  expect(whereabouts.of('on-bus', 1_000)).toEqual({ ...here, accuracy: 4.5 });
  expect(whereabouts.of('on-bus', 3_000)).toEqual({ ...here, accuracy: 4.5 + 20 + 2 });
  whereabouts.note(position({ lat: 34.8 }), after(4_000));
  expect(whereabouts.of('on-bus', 4_000)).toEqual({ ...here, lat: 34.8, accuracy: 10 });
});

test('a vehicle that has been out of sight of the sky for too long is nowhere', () => {
  const whereabouts = newWhereabouts();
  whereabouts.note(position({ speed: 10 }), after(0));
  expect(whereabouts.of('on-bus', maxAgeMs)).toMatchObject(here);
  expect(whereabouts.of('on-bus', maxAgeMs + 1)).toBeUndefined();
});

test('what a box tells late was where the vehicle was then, unless that is long ago', () => {
  const whereabouts = newWhereabouts();
  for (let second = 0; second < 600; second++) {
    for (const ms of [0, 100, 500]) whereabouts.note(position({ lat: second / 100 }), after(second * 1_000 + ms));
  }
  expect(whereabouts.of('on-bus', 599_900)).toMatchObject({ lat: 5.99 });
  expect(whereabouts.of('on-bus', 570_999)).toMatchObject({ lat: 5.7 });
  expect(whereabouts.of('on-bus', 500_000)).toBeUndefined();
});

test('a device that stands, the receiver itself and a stranger have no place from it', () => {
  const whereabouts = newWhereabouts();
  whereabouts.note(position(), after(0));
  expect(['on-post', 'gps', 'nobody'].map((id) => whereabouts.of(id, 0))).toEqual(Array(3).fill(undefined));
});

test('what is doubted, not on Earth, of another kind or of another receiver is not taken; a doubted time is', () => {
  const whereabouts = newWhereabouts();
  for (const each of [
    position({}, { quality: 'out-of-range' }),
    position({ lat: 91 }),
    position({ lon: Number.NaN }),
    position({ lat: undefined }),
    position({}, { kind: 'measurement' } as never),
    position({}, { device: 'gps-2' }),
  ])
    whereabouts.note(each, after(0));
  expect(whereabouts.of('on-bus', 0)).toBeUndefined();
  whereabouts.note(position({}, { quality: 'clock-unsynchronised' }), after(0));
  expect(whereabouts.of('on-bus', 0)).toMatchObject(here);
});

test('whatever a receiver says, the accuracy is a number of metres that only grows', () => {
  fc.assert(
    fc.property(fc.object(), fc.double(), fc.double(), fc.nat(maxAgeMs - 1), (more, speed, hdop, ageMs) => {
      const whereabouts = newWhereabouts();
      whereabouts.note(position({ ...more, ...here, speed, hdop }), after(0));
      const [now, later] = [ageMs, ageMs + 1].map((at) => whereabouts.of('on-bus', at)?.accuracy ?? Number.NaN);
      expect(now).toBeGreaterThan(0);
      expect(later).toBeGreaterThanOrEqual(now ?? 0);
    }),
  );
});
