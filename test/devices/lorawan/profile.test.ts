import * as v from 'valibot';
import { expect, test } from 'vitest';
import { type LorawanProfile, lorawanProfile } from '../../../devices/lorawan/profile.ts';
import { rawReading, readingsOf } from '../../../devices/lorawan/result-readings.ts';

const AT = Date.UTC(2026, 10, 24, 3);
const arrival = { device: 'gauge-1', at: AT, radio: { rssi: -90, snr: 5 } };

function profile(more: Record<string, unknown>): LorawanProfile {
  return v.parse(lorawanProfile, { type: 'lorawan', codecFile: 'codec.js', ...more });
}

const gauge = profile({
  kind: 'water-level',
  fields: [
    { from: 'water.mm', quantity: 'level', scale: 0.001 },
    { from: 'battery', quantity: 'battery' },
  ],
});

test('what is mapped makes a reading of its kind, what is not is kept as a measurement', () => {
  const data = { water: { mm: 1234, raw_value: 7 }, battery: 3.6, valve_open: false, status: 'ok' };
  expect(readingsOf(data, gauge, arrival)).toEqual({
    omitted: 0,
    taken: 5,
    readings: [
      {
        device: 'gauge-1',
        kind: 'water-level',
        observedAt: AT,
        values: { rssi: -90, snr: 5, level: 1.234, battery: 3.6 },
      },
      {
        device: 'gauge-1',
        kind: 'measurement',
        observedAt: AT,
        values: { waterRawValue: 7, valveOpen: false, status: 'ok' },
      },
    ],
  });
});

test('a frame without the quantities of the kind is a measurement with all there is', () => {
  expect(readingsOf({ battery: 3.6, water: { mm: 'none' } }, gauge, arrival).readings).toEqual([
    {
      device: 'gauge-1',
      kind: 'measurement',
      observedAt: AT,
      values: { rssi: -90, snr: 5, battery: 3.6, waterMm: 'none' },
    },
  ]);
});

test('lists, odd names and names that are taken get names that quantities may have', () => {
  const data = { '1st': 1, 'a-b': 2, a_b: 3, rssi: 4, quality: 5, 温度: 6, list: [{ x: 7 }, { x: 8 }] };
  const [reading] = readingsOf(data, profile({}), arrival).readings;
  expect(reading?.values).toEqual({
    rssi: -90,
    snr: 5,
    value1st: 1,
    aB: 2,
    aB2: 3,
    rssi2: 4,
    valueQuality: 5,
    温度: 6,
    list0X: 7,
    list1X: 8,
  });
});

test('the time may come from the codec', () => {
  const timed = profile({ time: { from: 'at', format: 'epoch-s' }, fields: [] });
  const [reading] = readingsOf({ at: AT / 1000 - 60, t: 1 }, timed, arrival).readings;
  expect(reading).toMatchObject({ observedAt: AT - 60_000 });
  expect(reading?.values).not.toHaveProperty('at');
  expect(readingsOf({ at: 'spoilt', t: 1 }, timed, arrival).readings[0]?.observedAt).toBe(AT);
});

test('while the clock is not set the time of the codec is kept as a value, since the reading is moved when it is', () => {
  const timed = profile({ time: { from: 'at', format: 'epoch-s' }, fields: [] });
  const at = AT / 1000 - 60;
  const [reading] = readingsOf({ at, t: 1 }, timed, { ...arrival, at: 5_000, isClockUnset: true }).readings;
  expect(reading).toMatchObject({ observedAt: 5_000, values: { at, t: 1 } });
});

test('values that do not fit are counted: too many, too deep, too long', () => {
  const many = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`v${i}`, i]));
  expect(readingsOf(many, profile({}), arrival).omitted).toBe(30);
  expect(readingsOf({ text: 'x'.repeat(257) }, profile({}), arrival).omitted).toBe(1);
  let deep: unknown = 1;
  for (let i = 0; i < 20; i++) deep = { d: deep };
  expect(readingsOf(deep, profile({}), arrival).omitted).toBe(1);
});

test('mapped text that is too long, and a number that is not one, are left out and counted', () => {
  const mapping = profile({ fields: [{ from: 'state', quantity: 'state', type: 'text' }] });
  const { readings, omitted } = readingsOf({ state: 'x'.repeat(257), t: 1 }, mapping, arrival);
  expect(readings[0]?.values).toEqual({ ...arrival.radio, t: 1 });
  expect(omitted).toBe(1);
  const infinite = readingsOf(JSON.parse('{ "t": 1e999, "u": 2 }'), profile({}), arrival);
  expect(infinite.readings[0]?.values).toEqual({ ...arrival.radio, u: 2 });
  expect(infinite.omitted).toBe(1);
});

test('names that objects of JavaScript have already are values like others', () => {
  const data: unknown = JSON.parse(
    '{ "__proto__": { "rssi": 1 }, "constructor": 2, "toString": 3, "hasOwnProperty": 4 }',
  );
  const [reading] = readingsOf(data, profile({}), arrival).readings;
  expect(Object.entries(reading?.values ?? {})).toEqual(
    Object.entries({ ...arrival.radio, protoRssi: 1, constructor: 2, toString: 3, hasOwnProperty: 4 }),
  );
  expect(({} as Record<string, unknown>).rssi).toBeUndefined();
});

test('a payload that cannot be read is kept byte for byte, and says so', () => {
  expect(rawReading(Uint8Array.of(1, 0xab), 7, arrival, true)).toEqual({
    device: 'gauge-1',
    kind: 'measurement',
    observedAt: AT,
    quality: 'undecoded',
    values: { rssi: -90, snr: 5, port: 7, payload: '01ab' },
  });
  expect(rawReading(Uint8Array.of(1), 7, arrival, false)).not.toHaveProperty('quality');
});

test('a profile needs a codec or another way to read the payload, and the quantities of its kind', () => {
  const faults = (raw: unknown) => v.safeParse(lorawanProfile, raw).issues?.map(({ message }) => message);
  expect(faults({ type: 'lorawan' })).toEqual(['needs codec-file, or payload = "lpp" or "raw" without one']);
  expect(faults({ type: 'lorawan', payload: 'lpp', codecFile: 'x.js' })).toHaveLength(1);
  expect(faults({ type: 'lorawan', payload: 'lpp', kind: 'position' })?.[0]).toContain('lat and lon for position');
});
