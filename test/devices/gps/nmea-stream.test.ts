/** Whole streams of bytes, as receivers and loggers really send them: framer and decoder together. */
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Frame, Step } from '../../../devices/device-type.ts';
import { nmea } from '../../../devices/gps/nmea.ts';
import { type Fix, gga, gsa, rmc, sentence, vtg, zda } from '../../../simulators/sensors/gps.ts';

const start = Date.UTC(2024, 1, 1, 12, 0, 0);
const moment = { wall: 0, monotonic: 0, synchronised: false };

/** Readings and the codes of the rubbish of a recording that comes in pieces of `size` bytes. */
function decoded(recording: string, size = recording.length) {
  const devices = [{ id: 'van', options: v.parse(nmea.options, {}) }];
  const framer = nmea.framer(devices, { transport: 'file' });
  const decoder = nmea.decoder(devices, { transport: 'file' });
  const bytes = Buffer.from(recording, 'latin1');
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += size) frames.push(...framer.push(bytes.subarray(at, at + size)));
  const steps: readonly Step[] = [...frames, ...framer.end()].map((frame) =>
    frame.ok ? decoder.decode(frame.bytes, moment) : { rubbish: [frame] },
  );
  const all = [...steps, decoder.end?.(moment) ?? {}];
  return {
    readings: all.flatMap((step) => step.readings ?? []),
    rubbish: all.flatMap((step) => step.rubbish ?? []).map(({ code }) => code),
  };
}

const timesOf = (recording: string) => decoded(recording).readings.map(({ observedAt }) => (observedAt - start) / 1000);

/** A sentence without its line end. */
const bare = (content: string) => sentence(content).trimEnd();
const rmcAt = (seconds: string) => bare(`GPRMC,12000${seconds},A,3600.0000,N,13930.0000,E,10.0,90.0,010224,,,A`);

test('sentences that were glued together by a lost line end are all read', () => {
  const { readings, rubbish } = decoded(`${rmcAt('0')}${rmcAt('1')}\r\n${rmcAt('2')}\r\n`);
  expect(readings.map(({ observedAt }) => observedAt - start)).toEqual([0, 1000, 2000]);
  expect(rubbish).toEqual([]);
});

test('a sentence that the next one cuts short is rubbish, and the next one is read', () => {
  const { readings, rubbish } = decoded(`${rmcAt('0').slice(0, 30)}${rmcAt('1')}\r\n`);
  expect(readings.map(({ observedAt }) => observedAt - start)).toEqual([1000]);
  expect(rubbish).toEqual(['truncated']);
});

test.each([
  ['\r\r\n', ''],
  ['\n\r', ''],
  ['\n', ''],
  ['  \r\n', ''],
  ['\r\n', '\0'],
  ['\r\n', '\xff\xff'],
  ['\r\n', '1706788800.123 '],
  ['\r\n', '\\s:van,c:1706788800*0E\\'],
])('the line end %j and %j before each sentence do no harm', (lineEnd, before) => {
  const { readings, rubbish } = decoded([0, 1, 2].map((s) => `${before}${rmcAt(`${s}`)}${lineEnd}`).join(''));
  expect(readings.map(({ observedAt }) => observedAt - start)).toEqual([0, 1000, 2000]);
  expect(rubbish).toEqual([]);
});

test('a binary message between sentences, with starts of sentences in it, does not cost the sentence after it', () => {
  const binary = Buffer.from(Array.from({ length: 2048 }, (_, i) => (i % 251 === 10 ? 0x24 : i % 251))).toString(
    'latin1',
  );
  expect(timesOf(`${rmcAt('0')}\r\n${binary.replaceAll('\n', '')}${rmcAt('1')}\r\n`)).toEqual([0, 1]);
});

test('a sentence of more than the 82 characters of the standard is read', () => {
  const long = bare('GNGNS,120000.0000,3600.000000000,N,13930.000000000,E,AAAAAA,31,0.5,1025.4000,39.0000,,,V');
  expect(long.length).toBeGreaterThan(82);
  expect(timesOf(`${bare('GNZDA,120000.0000,01,02,2024,00,00')}\r\n${long}\r\n`)).toEqual([0]);
});

test('a text with an exclamation mark is a sentence of its own', () => {
  expect(decoded(`${bare('GPTXT,01,01,02,Hello World!')}\r\n`)).toEqual({ readings: [], rubbish: [] });
});

test.each(['GP', 'GL', 'GA', 'GB', 'BD', 'GQ', 'QZ', 'GI', 'GN', 'IN', 'II', 'EC'])(
  'the talker %s is heard',
  (talker) => {
    expect(timesOf(`${bare(rmcAt('0').slice(1, -3).replace(/^GP/, talker))}\r\n`)).toEqual([0]);
  },
);

test('RMC is read in each version of the standard, with 11, 12 or 13 fields', () => {
  const fields = 'GPRMC,120000,A,3600.0000,N,13930.0000,E,10.0,90.0,010224,7.1,W';
  for (const more of ['', ',A', ',A,V']) expect(timesOf(`${bare(fields + more)}\r\n`)).toEqual([0]);
});

test('receivers with GNS or GLL alone are dated by ZDA, which may come rarely and of another moment', () => {
  const dated = `${bare('GNZDA,115959.90,01,02,2024,00,00')}\r\n`;
  const gns = (s: number) => `${bare(`GNGNS,12000${s}.0,3600.0000,N,13930.0000,E,ANN,08,0.9,25.4,39.0,,`)}\r\n`;
  const gll = (s: number) => `${bare(`GPGLL,3600.0000,N,13930.0000,E,12000${s},A`)}\r\n`;
  expect(timesOf(dated + gns(0) + gns(1) + gns(2))).toEqual([0, 1, 2]);
  expect(timesOf(dated + gll(0) + gll(1) + gll(2))).toEqual([0, 1, 2]);
});

test('a quantity that is not a number is ignored, and the position stands', () => {
  const recording = `${rmcAt('0')}\r\n${bare('GPGGA,120000,3600.0000,N,13930.0000,E,1,08,nan,---,M,39.0,M,,')}\r\n`;
  const [reading] = decoded(recording).readings;
  expect(reading?.values).toMatchObject({ lat: 36, satellites: 8 });
  expect(reading?.values).not.toHaveProperty('altitude');
});

test('no number however long makes a quantity infinite', () => {
  const digits = '9'.repeat(400);
  const { readings } = decoded(
    `${rmcAt('0')}\r\n${bare(`GPGGA,120000,3600.0000,N,13930.0000,E,1,08,${digits},-${digits},M,39.0,M,,`)}\r\n`,
  );
  expect(Object.values(readings[0]?.values ?? {})).not.toContain(Number.NEGATIVE_INFINITY);
  expect(readings[0]?.values).not.toHaveProperty('altitude');
});

test('VTG refines the speed of RMC, and one of another moment does not change it', () => {
  const speedWith = (knots: string) =>
    decoded(`${rmcAt('0')}\r\n${bare(`GPVTG,90.0,T,,M,${knots},N,18.5,K,A`)}\r\n`).readings[0]?.values.speed;
  expect(speedWith('10.04')).toBe(5.165); // 10.04 knots of 1852 m an hour
  expect(speedWith('12.50')).toBe(5.144);
});

/** The orders in which receivers send: by one of the names, all of one epoch. */
const cycles: readonly (readonly ('RMC' | 'VTG' | 'GGA' | 'GSA' | 'ZDA')[])[] = [
  ['RMC'],
  ['RMC', 'VTG', 'GGA', 'GSA'],
  ['GGA', 'GSA', 'RMC'],
  ['GGA', 'GSA', 'RMC', 'VTG'],
  ['VTG', 'RMC', 'GGA'],
  ['ZDA', 'GGA', 'VTG'],
  ['GGA', 'VTG', 'ZDA'],
];

test('every epoch of a drive comes out at its time and place, at any rate, in any order, however the bytes are cut', () => {
  const fix: fc.Arbitrary<Fix> = fc.record({
    lat: fc.double({ min: -89.9, max: 89.9, noNaN: true }),
    lon: fc.double({ min: -179.9, max: 179.9, noNaN: true }),
    altitudeM: fc.double({ min: -100, max: 4000, noNaN: true }),
    speedMps: fc.double({ min: 0, max: 40, noNaN: true }),
    courseDeg: fc.double({ min: 0, max: 359.9, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(fix, { minLength: 1, maxLength: 30 }),
      fc.constantFrom(...cycles),
      fc.constantFrom(1, 2, 4, 5, 10),
      fc.integer({ min: 0, max: 86_399 }),
      fc.integer({ min: 1, max: 200 }),
      (drive, cycle, hz, secondOfDay, size) => {
        const times = drive.map((_, i) => Date.UTC(2023, 11, 31) + secondOfDay * 1000 + (i * 1000) / hz);
        const recording = drive.flatMap((place, i) => {
          const at = new Date(times[i] ?? 0);
          const contents = { RMC: rmc(at, place), VTG: vtg(place), GGA: gga(at, place), GSA: gsa(place), ZDA: zda(at) };
          return cycle.map((type) => sentence(`GN${contents[type]}`));
        });
        const { readings, rubbish } = decoded(recording.join(''), size);
        expect(rubbish).toEqual([]);
        expect(readings.map(({ observedAt }) => observedAt)).toEqual(times);
        for (const [i, { values }] of readings.entries()) {
          expect(Math.abs(Number(values.lat) - (drive[i]?.lat ?? 0))).toBeLessThan(1e-6);
          expect(Math.abs(Number(values.lon) - (drive[i]?.lon ?? 0))).toBeLessThan(1e-6);
          // A VTG that comes first is taken for the epoch before, if it agrees with that one's RMC to a tenth of a knot;
          // what both round comes on top.
          const tolerance = cycle[0] === 'VTG' ? 0.053 : 0.02;
          expect(Math.abs(Number(values.speed) - (drive[i]?.speedMps ?? 0))).toBeLessThan(tolerance);
        }
      },
    ),
  );
});
