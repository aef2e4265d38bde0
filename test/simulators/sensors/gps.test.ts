import { expect, test } from 'vitest';
import { GPS_FAULTS, gga, gsa, rmc, sentence, simulateGps, vtg, zda } from '../../../simulators/sensors/gps.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { scheduledBoard } from '../boards.ts';
import { runFor } from '../running.ts';
import { MemoryWire } from '../wires/memory-wire.ts';

const AT = new Date('1994-03-23T12:35:19.000Z');
/** 48°07.038' N, 11°31.000' E, 22.4 knots. */
const FIX = { lat: 48.1173, lon: 11 + 31 / 60, altitudeM: 545.4, speedMps: (22.4 * 1852) / 3600, courseDeg: 84.4 };

test('checksums are those of published sentences', () => {
  expect(sentence('GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,')).toBe(
    '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n',
  );
  expect(sentence('GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W')).toContain('*6A\r\n');
});

test('sentences have the fields of NMEA 0183 4.10 in their order', () => {
  expect(rmc(AT, FIX)).toBe('RMC,123519.00,A,4807.03800,N,01131.00000,E,22.400,84.40,230394,,,A,V');
  expect(gga(AT, FIX)).toBe('GGA,123519.00,4807.03800,N,01131.00000,E,1,08,0.9,545.4,M,42.0,M,,');
  expect(vtg(FIX)).toBe('VTG,84.40,T,,M,22.400,N,41.485,K,A');
  expect(gsa(FIX)).toBe('GSA,A,3,02,05,12,15,18,24,25,29,,,,,1.6,0.9,1.3,1');
  expect(zda(AT)).toBe('ZDA,123519.00,23,03,1994,00,00');
});

test('without a fix the same fields are void', () => {
  expect(rmc(AT, undefined)).toBe('RMC,123519.00,V,,,,,,,230394,,,N,V');
  expect(gga(AT, undefined)).toBe('GGA,123519.00,,,,,0,00,99.99,,,,,,');
  expect(rmc(AT, undefined).split(',')).toHaveLength(rmc(AT, FIX).split(',').length);
  expect(gga(AT, undefined).split(',')).toHaveLength(gga(AT, FIX).split(',').length);
  expect(vtg(undefined).split(',')).toHaveLength(vtg(FIX).split(',').length);
  expect(gsa(undefined).split(',')).toHaveLength(gsa(FIX).split(',').length);
});

test('minutes that round up carry into the degrees, and south and west have their letters', () => {
  const corner = { ...FIX, lat: -33.99999999999, lon: -70.999999999 };
  expect(gga(AT, corner)).toContain(',3400.00000,S,07100.00000,W,');
});

test('it counts one position for each epoch with a fix, and none in a dead zone', async () => {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const gps = simulateGps({ clock, talker: 'IN', route: (s) => (s >= 3 && s < 6 ? undefined : FIX) });
  await runFor(9_500, gps, wire, clock);
  expect(wire.text.match(/\$INRMC/g)).toHaveLength(10);
  expect(wire.text.match(/\$INRMC,\d{6}\.\d\d,V/g)).toHaveLength(3);
  expect(gps.sent).toEqual(new Map([['position', 7]]));
});

test('at 10 Hz the epochs are a tenth of a second apart', async () => {
  const clock = new VirtualClock('2026-01-15T03:00:00.033Z');
  const wire = new MemoryWire();
  await runFor(250, simulateGps({ clock, hz: 10, route: () => FIX }), wire, clock);
  expect([...wire.text.matchAll(/RMC,(\d+\.\d+)/g)].map(([, time]) => time)).toEqual([
    '030000.00',
    '030000.10',
    '030000.20',
  ]);
});

test("the receiver's clock jumps when it is told to", async () => {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const faults = scheduledBoard(GPS_FAULTS, [{ fault: 'clock-jump', settings: { ms: -3_600_000 }, atS: 1 }], clock);
  await runFor(1500, simulateGps({ clock, route: () => FIX, sendsZda: true, faults }), wire, clock);
  expect([...wire.text.matchAll(/ZDA,(\d+)/g)].map(([, time]) => time)).toEqual(['030000', '020001']);
});
