import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { type LorawanProfile, lorawanProfile } from '../../../devices/lorawan/profile.ts';
import { readingsOf } from '../../../devices/lorawan/result-readings.ts';

const AT = Date.UTC(2026, 10, 24, 3);
const MINUTE = 60_000;
const arrival = { device: 'logger-1', at: AT, radio: { rssi: -90 } };

function profile(samples: object, more: object = {}): LorawanProfile {
  return v.parse(lorawanProfile, { type: 'lorawan', codecFile: 'codec.js', samples, ...more });
}

const logger = profile(
  {
    from: 'records',
    time: { from: 'at', format: 'epoch-s' },
    fields: [{ from: 'mm', quantity: 'level', unit: 'm', scale: 0.001 }],
  },
  { kind: 'water-level', fields: [{ from: 'battery', quantity: 'battery', unit: 'V' }] },
);
const secondsAgo = (seconds: number) => AT / 1000 - seconds;

test('each sample is a reading of its own time, in order, and the frame itself is one beside them', () => {
  const data = {
    battery: 3.6,
    records: [
      { at: secondsAgo(600), mm: 1200 },
      { at: secondsAgo(1800), mm: 1000, tilt: 2 },
      { at: secondsAgo(1200), mm: 1100 },
    ],
  };
  const at = (minutes: number) => ({ device: 'logger-1', observedAt: AT - minutes * MINUTE });
  expect(readingsOf(data, logger, arrival)).toEqual({
    readings: [
      { ...at(30), kind: 'water-level', values: { level: 1 } },
      { ...at(30), kind: 'measurement', values: { tilt: 2 } },
      { ...at(20), kind: 'water-level', values: { level: 1.1 } },
      { ...at(10), kind: 'water-level', values: { level: 1.2 } },
      { ...at(0), kind: 'measurement', values: { rssi: -90, battery: 3.6 } },
    ],
    taken: 5,
    omitted: 0,
  });
});

test('a frame of nothing but samples leaves how it was heard as a status', () => {
  const { readings } = readingsOf({ records: [{ at: secondsAgo(60), mm: 1 }] }, logger, arrival);
  expect(readings.map(({ kind, values }) => ({ kind, values }))).toEqual([
    { kind: 'water-level', values: { level: 0.001 } },
    { kind: 'status', values: { rssi: -90 } },
  ]);
});

test('a frame without the list is read as any other', () => {
  expect(readingsOf({ battery: 3.6 }, logger, arrival).readings).toMatchObject([{ values: { battery: 3.6 } }]);
  expect(readingsOf({ records: [1, 2] }, logger, arrival).readings).toMatchObject([
    { observedAt: AT, values: { records0: 1, records1: 2 } },
  ]);
  expect(readingsOf({ records: 'none' }, logger, arrival).readings).toMatchObject([{ values: { records: 'none' } }]);
});

test('the result may be the list itself, its elements may be lists, and what is not mapped is kept', () => {
  const pairs = profile({ time: { from: '0', format: 'iso', timeZone: 'Asia/Tokyo' } });
  const { readings } = readingsOf([['2026-11-24T11:50:00', 7, 'ok']], pairs, arrival);
  expect(readings).toMatchObject([
    { kind: 'measurement', observedAt: Date.UTC(2026, 10, 24, 2, 50), values: { value1: 7, value2: 'ok' } },
    { kind: 'status' },
  ]);
});

test('a sample without a time was taken now; one whose time cannot be read is marked', () => {
  const data = { records: [{ mm: 1 }, { at: null, mm: 2 }, { at: 'yesterday', mm: 3 }] };
  expect(readingsOf(data, logger, arrival).readings).toMatchObject([
    { observedAt: AT, values: { level: 0.001 } },
    { observedAt: AT, values: { level: 0.002 } },
    { observedAt: AT, values: { level: 0.003 }, quality: 'clock-unsynchronised' },
    { kind: 'status' },
  ]);
  expect(readingsOf(data, logger, arrival).readings[0]).not.toHaveProperty('quality');
});

test('before the clock is set samples keep their distances, since its step will move them', () => {
  const records = [30, 10, 20].map((minutes) => ({ at: secondsAgo(minutes * 60), mm: minutes }));
  const { readings } = readingsOf({ records }, logger, { ...arrival, at: 5_000_000, isClockUnset: true });
  expect(readings).toMatchObject([
    { observedAt: 5_000_000 - 20 * MINUTE, values: { level: 0.03 }, quality: 'clock-unsynchronised' },
    { observedAt: 5_000_000 - 10 * MINUTE, values: { level: 0.02 }, quality: 'clock-unsynchronised' },
    { observedAt: 5_000_000, values: { level: 0.01 }, quality: 'clock-unsynchronised' },
    { kind: 'status', observedAt: 5_000_000 },
  ]);
});

test('samples beyond the bound are counted', () => {
  const records = Array.from({ length: 300 }, (_, n) => ({ at: secondsAgo(n), mm: n }));
  const { readings, taken, omitted } = readingsOf({ records }, logger, arrival);
  expect({ readings: readings.length, taken, omitted }).toEqual({ readings: 257, taken: 256, omitted: 44 });
});

test('whatever the order and the times of samples, each is there once with its value', () => {
  const sample = fc.record({ ago: fc.integer({ min: 0, max: 400 * 86_400 }), mm: fc.integer({ min: 0, max: 9999 }) });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 100 }), fc.boolean(), (samples, isClockUnset) => {
      const records = samples.map(({ ago, mm }) => ({ at: secondsAgo(ago), mm }));
      const { readings } = readingsOf({ records }, logger, { ...arrival, isClockUnset });
      const levels = readings.filter(({ kind }) => kind === 'water-level');
      const newest = Math.min(...samples.map(({ ago }) => ago));
      const expected = samples.map(({ ago, mm }) => `${AT - (isClockUnset ? ago - newest : ago) * 1000} ${mm}`);
      const found = levels.map(({ observedAt, values }) => `${observedAt} ${Math.round(Number(values.level) * 1000)}`);
      expect(found.toSorted()).toEqual(expected.toSorted());
      expect(levels.map(({ observedAt }) => observedAt)).toEqual(
        levels.map(({ observedAt }) => observedAt).toSorted((a, b) => a - b),
      );
    }),
  );
});

test('a profile of samples states where their time is, has the quantities of its kind in one place, and one unit each', () => {
  const time = { from: 'at', format: 'iso' };
  const faults = (samples: object, more: object = {}) =>
    v.safeParse(lorawanProfile, { type: 'lorawan', codecFile: 'c.js', samples, ...more }).issues?.map((i) => i.message);
  expect(faults({ from: 'records' })).toHaveLength(1);
  expect(faults({ from: 'a..b', time })).toEqual([expect.stringContaining('must be a path')]);
  expect(faults({ time }, { kind: 'water-level' })).toEqual([expect.stringContaining('must have the number fields')]);
  const level = (unit: string) => [{ from: 'l', quantity: 'level', unit }];
  expect(faults({ time, fields: level('m') }, { kind: 'water-level' })).toBeUndefined();
  expect(faults({ time, fields: level('m') }, { fields: level('mm') })).toEqual([
    'must give a quantity the same unit in fields and in those of samples',
  ]);
});
