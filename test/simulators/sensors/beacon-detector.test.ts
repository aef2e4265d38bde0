import { expect, test } from 'vitest';
import { Random } from '../../../simulators/random.ts';
import { advertise, hex, manufacturerData, telemetry } from '../../../simulators/sensors/advertisement.ts';
import { simulateBeaconDetector } from '../../../simulators/sensors/beacon-detector.ts';
import { advertisingReports, extendedReport } from '../../../simulators/sensors/hci.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { MemoryWire } from '../wires/memory-wire.ts';

const UUID = 'f7826da6-4fa2-4e98-8024-bc5b71e0893e';
const digits = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

test('an iBeacon has the prefix of the Proximity Beacon Specification', () => {
  expect(digits(advertise({ format: 'ibeacon', uuid: UUID, major: 0x0102, minor: 0xfffe }, -59))).toBe(
    '0201061aff4c000215f7826da64fa24e988024bc5b71e0893e0102fffec5',
  );
});

test('an Eddystone-UID frame gives its power at 0 m and two reserved bytes', () => {
  const tag = { format: 'eddystone', namespace: '00112233445566778899', instance: 'aabbccddeeff' } as const;
  expect(digits(advertise(tag, -59))).toBe('0201060303aafe1716aafe00ee00112233445566778899aabbccddeeff0000');
});

test('an AltBeacon has its code, id and reference RSSI', () => {
  const id = '0102030405060708090a0b0c0d0e0f1011121314';
  expect(digits(advertise({ format: 'altbeacon', id }, -59))).toBe(`0201061bff1801beac${id}c500`);
});

test('telemetry has millivolts, 8.8 fixed point degrees, a count and tenths of a second', () => {
  expect(digits(telemetry({ batteryV: 3, temperatureCel: -1.5, frames: 0x10001, uptimeS: 6553.7 }))).toBe(
    '0201060303aafe1116aafe20000bb8fe800001000100010001',
  );
});

test('no advertisement is longer than 31 bytes', () => {
  const all = [
    advertise({ format: 'ibeacon', uuid: UUID, major: 1, minor: 1 }, -59),
    advertise({ format: 'eddystone', namespace: '00'.repeat(10), instance: '00'.repeat(6) }, -59),
    advertise({ format: 'altbeacon', id: '00'.repeat(20) }, -59),
    telemetry({ batteryV: 3, temperatureCel: 20, frames: 1, uptimeS: 1 }),
    manufacturerData(0x004c, new Uint8Array(24)),
  ];
  expect(Math.max(...all.map((payload) => payload.length))).toBeLessThanOrEqual(31);
});

const heard = (payload: string) => ({
  address: hex('c0ffee010203'),
  isRandomAddress: true,
  rssi: -70,
  payload: hex(payload),
});

test('advertising reports stand one after the other in an event, addresses low byte first, RSSI last', () => {
  expect(advertisingReports([heard('020106'), heard('')]).map(digits)).toEqual([
    '043e190202' + '0301030201eeffc003020106ba' + '0301030201eeffc000ba',
  ]);
});

test('reports that do not fit into one event go into the next', () => {
  const events = advertisingReports(Array.from({ length: 8 }, () => heard('00'.repeat(31))));
  expect(events.map((event) => event[4])).toEqual([6, 2]);
  expect(events.map((event) => event[2])).toEqual(events.map((event) => event.length - 3));
});

test('an extended report carries a legacy PDU with all fields of the extended event', () => {
  expect(digits(extendedReport(heard('020106')))).toBe(
    '043e1d0d01' + '1000' + '01030201eeffc0' + '0100' + 'ff7fba' + '0000' + '00000000000000' + '03020106',
  );
});

const SCAN_PARAMETERS = hex('010b200700100010000000');
const SCAN_ON = hex('010c20020100');

function detector(given: { readonly strangers?: number; readonly farFromS?: number; readonly windowMs?: number }) {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const simulator = simulateBeaconDetector({
    clock,
    random: new Random(1),
    windowMs: given.windowMs ?? 10_000,
    strangers: given.strangers ?? 0,
    tags: [
      {
        frame: { format: 'ibeacon', uuid: UUID, major: 1, minor: 2 },
        distanceM: (s) => (s < (given.farFromS ?? Number.POSITIVE_INFINITY) ? 5 : undefined),
      },
    ],
  });
  const stop = new AbortController();
  const run = simulator.run(wire, stop.signal);
  const end = () => {
    stop.abort();
    return run;
  };
  return { clock, wire, simulator, end };
}

test('commands are completed, unknown ones with an error, and nothing is reported before scanning is on', async () => {
  const { clock, wire, end } = detector({});
  await clock.advance(2000);
  for (const byte of hex('01030c00')) wire.hear(Uint8Array.of(byte));
  wire.hear(Uint8Array.of(...SCAN_PARAMETERS, ...hex('01ffff00')));
  await clock.advance(2000);
  expect(wire.hex).toEqual(['040e0401030c00', '040e04010b2000', '040e0401ffff01']);
  wire.hear(SCAN_ON);
  await clock.advance(1000);
  expect(wire.hex[3]).toBe('040e04010c2000');
  expect(wire.hex[4]).toMatch(/^043e2a0201/);
  wire.hear(hex('01030c00'));
  const before = wire.frames.length;
  await clock.advance(1000);
  expect(wire.frames).toHaveLength(before);
  await end();
});

test('a tag counts once a window, and the next window opens at its next advertisement', async () => {
  const { clock, wire, simulator, end } = detector({ windowMs: 2000, farFromS: 7.5 });
  wire.hear(SCAN_ON);
  await clock.advance(20_000);
  await end();
  // windows open at 0.25 s, 2.5 s, 4.75 s and 7 s, for the tag is not heard at the very end of a window
  expect(simulator.sent).toEqual(new Map([['sighting', 4]]));
});

test('strangers are reported but never counted', async () => {
  const { clock, wire, simulator, end } = detector({ strangers: 50, farFromS: 0 });
  wire.hear(SCAN_ON);
  await clock.advance(5_000);
  await end();
  expect(wire.frames.length).toBeGreaterThan(20);
  expect(wire.frames.some((frame) => frame[4] !== undefined && frame[4] > 1)).toBe(true);
  expect(simulator.sent.size).toBe(0);
});

test('the same seed gives the same bytes', async () => {
  const runs = await Promise.all(
    [1, 2].map(async () => {
      const { clock, wire, end } = detector({ strangers: 10 });
      wire.hear(SCAN_ON);
      await clock.advance(3000);
      await end();
      return wire.hex;
    }),
  );
  expect(runs[0]).toEqual(runs[1]);
});
