import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FaultSettings } from '../../../simulators/fault-board.ts';
import { Random } from '../../../simulators/random.ts';
import { ascii } from '../../../simulators/simulator.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import {
  BARE_PACKET,
  CR_LINE,
  type FrameShape,
  faultyWire,
  H4_PACKET,
  MODBUS_RTU,
  TEXT_LINE,
} from '../../../simulators/wires/faults.ts';
import { WIRE_FAULTS } from '../../../simulators/wires/wire-faults.ts';
import { boardWith } from '../boards.ts';
import { MemoryWire } from './memory-wire.ts';

const LINES = Array.from({ length: 200 }, (_, n) => `IN=${String(n).padStart(6, '0')},OUT=000120\r\n`);

type Standing = Readonly<Record<string, FaultSettings>>;

/** A wire with these faults from the start, in the test's hands. */
function faultyMemory(standing: Standing = {}, shape: FrameShape = TEXT_LINE, seed = 1) {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const faults = boardWith(WIRE_FAULTS, standing);
  return { clock, wire, faults, faulty: faultyWire(wire, { faults, shape, clock, random: new Random(seed) }) };
}

function spoil(seed: number, standing: Standing, shape: FrameShape = TEXT_LINE, lines = LINES) {
  const { wire, faulty } = faultyMemory(standing, shape, seed);
  return { whole: lines.filter((line) => faulty.write(ascii(line))), wire, faulty };
}

test('the same seed spoils the same frames in the same way', () => {
  const faults = { noise: { share: 0.3 }, truncate: { share: 0.2 }, corrupt: { share: 0.2 } };
  expect(spoil(7, faults).wire.hex).toEqual(spoil(7, faults).wire.hex);
  expect(spoil(7, faults).wire.hex).not.toEqual(spoil(8, faults).wire.hex);
});

test('the frames said to be whole are exactly the lines that a reader finds whole', () => {
  const share = fc.record({ share: fc.double({ min: 0, max: 0.5, noNaN: true }) });
  fc.assert(
    fc.property(fc.integer(), share, share, share, (seed, noise, truncate, corrupt) => {
      const { whole, wire } = spoil(seed, { noise, truncate, corrupt });
      const found = wire.text.split('\r\n').filter((line) => /^IN=\d{6},OUT=\d{6}$/.test(line));
      expect(found.map((line) => `${line}\r\n`)).toEqual(whole);
    }),
  );
});

test('lines that end in a carriage return keep it when they are spoiled', () => {
  const lines = LINES.map((_, n) => `R${String(1000 + n)}\r`);
  const share = { share: 0.3 };
  const { whole, wire } = spoil(3, { noise: share, truncate: share, corrupt: share }, CR_LINE, lines);
  const found = wire.text.split('\r').filter((line) => /^R\d{4}$/.test(line));
  expect(found.map((line) => `${line}\r`)).toEqual(whole);
});

test('a flipped bit is one bit, and a Modbus answer keeps the bytes that say how long it is', () => {
  const answer = Uint8Array.of(0x11, 0x03, 0x02, 0x02, 0x2b, 0x38, 0x98);
  const { wire, faulty } = faultyMemory({ corrupt: { share: 1 } }, MODBUS_RTU);
  expect(faulty.write(answer)).toBe(false);
  const flipped = [...(wire.frames[0] ?? [])].map((byte, index) => byte ^ (answer[index] ?? 0));
  expect(flipped.slice(0, 3)).toEqual([0, 0, 0]);
  expect(flipped.filter((bits) => bits !== 0)).toEqual([0x80]);
  expect(faulty.struck.get('corrupt')).toBe(1);
});

test('packets of a protocol without checksums are left alone', () => {
  const { whole } = spoil(1, { truncate: { share: 1 }, corrupt: { share: 1 } }, H4_PACKET);
  expect(whole).toEqual(LINES);
});

test('a device is silent from when the fault is struck until it is cleared', () => {
  const { wire, faults, faulty } = faultyMemory();
  const said = [faulty.write(ascii('a'))];
  faults.strike('silence');
  said.push(faulty.write(ascii('b')));
  faults.clear();
  said.push(faulty.write(ascii('c')));
  expect(said).toEqual([true, false, true]);
  expect(wire.text).toBe('ac');
});

test('the plug is pulled after a moment in which nothing is sent, and put back when the fault is cleared', async () => {
  const { clock, wire, faults, faulty } = faultyMemory();
  faults.strike('unplug');
  expect(faulty.write(ascii('x'))).toBe(false);
  await clock.advance(200);
  expect(wire.isPlugged).toBe(true);
  await clock.advance(100);
  expect(wire.isPlugged).toBe(false);
  faults.clear('unplug');
  await clock.advance(1);
  expect(wire.isPlugged).toBe(true);
  expect(faulty.write(ascii('x'))).toBe(true);
});

test('a plug that is wanted back within that moment is never pulled', async () => {
  const { clock, wire, faults } = faultyMemory();
  faults.strike('unplug');
  await clock.advance(100);
  faults.clear();
  await clock.advance(1_000);
  expect(wire.isPlugged).toBe(true);
});

test('a plug that cannot be put back is tried again', async () => {
  const { clock, wire, faults, faulty } = faultyMemory({ unplug: {} });
  await clock.advance(300);
  const replug = wire.replug.bind(wire);
  wire.replug = () => Promise.reject(new Error('somebody else has the address'));
  faults.clear();
  await clock.advance(1_500);
  expect(wire.isPlugged).toBe(false);
  wire.replug = replug;
  await clock.advance(1_000);
  expect(wire.isPlugged).toBe(true);
  await faulty.close();
});

test('late frames come in order, also those that are sent when the delay is over, and before a plug is pulled', async () => {
  const { clock, wire, faults, faulty } = faultyMemory({ delay: { ms: 1_000 } });
  faulty.write(ascii('a'));
  await clock.advance(600);
  faults.clear();
  faulty.write(ascii('b'));
  expect(wire.text).toBe('');
  faults.strike('unplug');
  await clock.advance(500);
  expect(wire.text).toBe('ab');
  expect(wire.isPlugged).toBe(true);
  await clock.advance(200);
  expect(wire.isPlugged).toBe(false);
});

test('a frame that comes twice counts once, and the wire says how often that was', () => {
  const { whole, wire, faulty } = spoil(1, { repeat: { share: 1 } });
  expect(whole).toEqual(LINES);
  expect(wire.text).toBe(LINES.map((line) => line + line).join(''));
  expect(faulty.struck.get('repeat')).toBe(LINES.length);
});

test('a line that stalls is whole in the end, and a packet that a pause would end is spoiled', async () => {
  const { clock, wire, faulty } = faultyMemory({ stall: { share: 1, ms: 400 } });
  expect(faulty.write(ascii('R1234\r'))).toBe(true);
  expect(wire.text).toBe('R12');
  await clock.advance(400);
  expect(wire.text).toBe('R1234\r');
  expect(faultyMemory({ stall: { share: 1 } }, BARE_PACKET).faulty.write(ascii('packet'))).toBe(false);
});

test('a flood leaves no frame, and ends so that the next one is whole', async () => {
  const { clock, wire, faults, faulty } = faultyMemory({ flood: { bytes: 1_000 } });
  expect(faulty.write(ascii('IN=1\r\n'))).toBe(false);
  await clock.advance(2_050);
  expect(Buffer.concat(wire.frames)).toHaveLength(2_100);
  faults.clear();
  expect(faulty.write(ascii('IN=2\r\n'))).toBe(false); // it would be the rest of the last bytes
  await clock.advance(100);
  expect(faulty.write(ascii('IN=3\r\n'))).toBe(true);
  expect(wire.text.endsWith('\r\nIN=3\r\n')).toBe(true);
});

test('at the wrong speed no frame is whole', () => {
  const { whole, wire } = spoil(1, { 'wrong-speed': { ratio: 2 } });
  expect(whole).toEqual([]);
  expect(wire.text).not.toContain('IN=');
});

test('a wire that is closed while its faults strike ends', async () => {
  const { clock, wire, faulty } = faultyMemory({ flood: {}, unplug: {}, delay: { ms: 60_000 } });
  faulty.write(ascii('x'));
  await clock.advance(10);
  await faulty.close();
  expect(wire.isPlugged).toBe(false);
});
