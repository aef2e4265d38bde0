/** What sensors print while something is wrong with them. */
import { expect, test } from 'vitest';
import type { Clock } from '../../../shared/clock.ts';
import { FaultBoard, type FaultSettings } from '../../../simulators/fault-board.ts';
import { type Fix, GPS_FAULTS, simulateGps } from '../../../simulators/sensors/gps.ts';
import { LINE_SENSOR_FAULTS, simulateLineSensor } from '../../../simulators/sensors/line-sensor.ts';
import { MAXBOTIX_FAULTS, simulateMaxbotix } from '../../../simulators/sensors/maxbotix.ts';
import { simulateModbus } from '../../../simulators/sensors/modbus-slave.ts';
import { KELLER_FAULTS, kellerUnit } from '../../../simulators/sensors/modbus-units.ts';
import { PEOPLE_COUNTER_FAULTS, simulatePeopleCounter } from '../../../simulators/sensors/people-counter.ts';
import type { Simulator } from '../../../simulators/simulator.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { boardWith } from '../boards.ts';
import { MemoryWire } from '../wires/memory-wire.ts';

/** A simulator that runs, and what it prints in the next so many ms. */
function running<S extends Simulator>(faults: FaultBoard, simulate: (clock: Clock) => S) {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const simulator = simulate(clock);
  void simulator.run(wire, new AbortController().signal);
  const next = async (ms: number) => {
    const before = wire.text.length;
    await clock.advance(ms);
    return wire.text.slice(before);
  };
  return { clock, wire, simulator, faults, next };
}

const FIX: Fix = { lat: 37.5, lon: 139.93, altitudeM: 218, speedMps: 7, courseDeg: 90 };

function receiver(name: string, settings: FaultSettings = {}) {
  const faults = boardWith(GPS_FAULTS, { [name]: settings });
  const route = (seconds: number) => ({ ...FIX, lat: FIX.lat + seconds / 1000 });
  return running(faults, (clock) => simulateGps({ clock, route, sendsZda: true, faults }));
}

test.each([
  ['week-rollover', {}, '15,01,2026', '01,06,2006'],
  ['days-off', { days: 366 }, '15,01,2026', '16,01,2027'],
] as const)('%s: a receiver says a wrong date, and the right one again', async (name, settings, right, wrong) => {
  const { faults, next } = receiver(name, settings);
  const dates = async () => /ZDA,[\d.]+,(\d\d,\d\d,\d{4})/.exec(await next(1_000))?.[1];
  expect(await dates()).toBe(wrong);
  faults.clear();
  expect(await dates()).toBe(right);
});

test('a receiver without a fix sends void sentences and counts no position', async () => {
  const { faults, simulator, next } = receiver('no-fix');
  expect(await next(1_500)).toMatch(/RMC,030001\.00,V,/);
  expect(simulator.sent.get('position')).toBeUndefined();
  faults.clear();
  expect(await next(1_000)).toMatch(/RMC,030002\.00,A,/);
});

test('a frozen receiver goes on sending the same position while its time goes on', async () => {
  const { faults, next } = receiver('frozen');
  const positions = async (ms: number) =>
    [...(await next(ms)).matchAll(/RMC,[\d.]+,A,([\d.]+)/g)].map(([, lat]) => lat);
  expect(new Set(await positions(3_500)).size).toBe(1);
  faults.clear();
  expect(new Set(await positions(3_000)).size).toBe(3);
});

test('a drifting receiver is off by so many metres', async () => {
  const { wire, next } = receiver('drift', { metres: 111.195 });
  await next(1);
  expect(wire.text).toMatch(/RMC,030000\.00,A,3730\.06000,N/); // a thousandth of a degree to the north
});

test('a gauge without an echo, with spikes and frozen', async () => {
  const faults = new FaultBoard(MAXBOTIX_FAULTS);
  const { next } = running(faults, (clock) => {
    return simulateMaxbotix({ clock, periodMs: 1_000, distanceM: (s) => 1 + s / 10, faults });
  });
  await next(500);
  faults.strike('no-echo');
  expect(await next(1_000)).toBe('R5000\r');
  faults.clear();
  faults.strike('spike', { every: 2 });
  expect(await next(4_000)).toBe('R1200\rR0300\rR1400\rR0300\r');
  faults.clear();
  faults.strike('frozen');
  expect(await next(3_000)).toBe('R1600\rR1600\rR1600\r');
});

test('a sensor of lines that are empty counts no readings', async () => {
  const faults = boardWith(LINE_SENSOR_FAULTS, { empty: {} });
  const { simulator, next } = running(faults, (clock) => simulateLineSensor({ clock, line: (s) => `T=${s}`, faults }));
  expect(await next(1_500)).toBe('\r\n\r\n');
  expect(simulator.sent.size).toBe(0);
  faults.clear();
  faults.strike('frozen');
  expect(await next(2_000)).toBe('T=2\r\nT=2\r\n');
});

test('a counter is reset, gets stuck and loses its power, and knows who passed', async () => {
  const faults = new FaultBoard(PEOPLE_COUNTER_FAULTS);
  const { clock, simulator, next } = running(faults, (clock) => {
    const crowd = (s: number) => ({ entered: Math.floor(10 * s), left: 0 });
    return simulatePeopleCounter({ clock, crowd, startTotals: { entered: 100, left: 0 }, faults });
  });
  await clock.advance(1_000);
  faults.strike('reset');
  expect(await next(1_000)).toBe('IN=000010,OUT=000000\r\n');
  faults.strike('stuck');
  expect(await next(2_000)).toBe('IN=000020,OUT=000000\r\n'.repeat(2)); // the first one while it is stuck
  faults.clear();
  expect(await next(1_000)).toBe('IN=000030,OUT=000000\r\n');
  faults.strike('power-cycle', { s: 2.5 });
  expect(await next(3_000)).toBe('IN=000005,OUT=000000\r\n');
  expect(simulator.people().entered).toBe(10 + 10 + 10 + 10 + 5);
});

async function polled(name: string, settings: FaultSettings = {}) {
  const faults = boardWith(KELLER_FAULTS, { [name]: settings });
  const probe = (clock: Clock) => {
    const unit = kellerUnit({ unit: 1, depthM: () => 10.197162, temperatureCel: () => 12.5, faults });
    return simulateModbus({ clock, units: [unit] });
  };
  const { clock, wire, simulator } = running(faults, probe);
  const ask = async (request: string) => {
    const before = wire.frames.length;
    wire.hear(Buffer.from(request, 'hex'));
    await clock.advance(100);
    return wire.hex.slice(before).join('').slice(0, 6);
  };
  const answers = [await ask('01030002000265cb'), await ask('010300060002240a')];
  await clock.advance(60_000);
  return { answers, late: wire.hex.length, readings: simulator.sent.get('water-level') ?? 0 };
}

test.each([
  ['exception', { code: 6 }, ['018306', '018306'], 2, 0],
  ['mute', {}, ['', ''], 0, 0],
  ['wrong-unit', { unit: 9 }, ['090304', '090304'], 2, 0],
  ['slow', { ms: 5_000 }, ['', ''], 2, 1],
  ['frozen', {}, ['010304', '010304'], 2, 1],
] as const)('a Modbus unit, %s', async (name, settings, answers, late, readings) => {
  expect(await polled(name, settings)).toEqual({ answers, late, readings });
});
