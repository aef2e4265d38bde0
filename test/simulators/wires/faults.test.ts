import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../simulators/random.ts';
import { ascii } from '../../../simulators/simulator.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import {
  CR_LINE,
  type Faults,
  type FrameShape,
  faultyWire,
  H4_PACKET,
  MODBUS_RTU,
  TEXT_LINE,
  unplugOnSchedule,
} from '../../../simulators/wires/faults.ts';
import { MemoryWire } from './memory-wire.ts';

const LINES = Array.from({ length: 200 }, (_, n) => `IN=${String(n).padStart(6, '0')},OUT=000120\r\n`);

function spoil(seed: number, faults: Faults, shape: FrameShape = TEXT_LINE, lines = LINES) {
  const wire = new MemoryWire();
  const faulty = faultyWire(wire, { faults, shape, clock: new VirtualClock(), random: new Random(seed) });
  return { whole: lines.filter((line) => faulty.write(ascii(line))), wire, faulty };
}

test('the same seed spoils the same frames in the same way', () => {
  const faults = { noise: 0.3, truncate: 0.2, corrupt: 0.2 };
  expect(spoil(7, faults).wire.hex).toEqual(spoil(7, faults).wire.hex);
  expect(spoil(7, faults).wire.hex).not.toEqual(spoil(8, faults).wire.hex);
});

test('the frames said to be whole are exactly the lines that a reader finds whole', () => {
  const probability = fc.double({ min: 0, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(fc.integer(), probability, probability, probability, (seed, noise, truncate, corrupt) => {
      const { whole, wire } = spoil(seed, { noise, truncate, corrupt });
      const found = wire.text.split('\r\n').filter((line) => /^IN=\d{6},OUT=\d{6}$/.test(line));
      expect(found.map((line) => `${line}\r\n`)).toEqual(whole);
    }),
  );
});

test('lines that end in a carriage return keep it when they are spoiled', () => {
  const lines = LINES.map((_, n) => `R${String(1000 + n)}\r`);
  const { whole, wire } = spoil(3, { noise: 0.3, truncate: 0.3, corrupt: 0.3 }, CR_LINE, lines);
  const found = wire.text.split('\r').filter((line) => /^R\d{4}$/.test(line));
  expect(found.map((line) => `${line}\r`)).toEqual(whole);
});

test('a flipped bit is one bit, and a Modbus answer keeps the bytes that say how long it is', () => {
  const answer = Uint8Array.of(0x11, 0x03, 0x02, 0x02, 0x2b, 0x38, 0x98);
  const wire = new MemoryWire();
  const faulty = faultyWire(wire, {
    faults: { corrupt: 1 },
    shape: MODBUS_RTU,
    clock: new VirtualClock(),
    random: new Random(1),
  });
  expect(faulty.write(answer)).toBe(false);
  const flipped = [...(wire.frames[0] ?? [])].map((byte, index) => byte ^ (answer[index] ?? 0));
  expect(flipped.slice(0, 3)).toEqual([0, 0, 0]);
  expect(flipped.filter((bits) => bits !== 0)).toEqual([0x80]);
  expect(faulty.struck.get('corrupt')).toBe(1);
});

test('packets of a protocol without checksums are left alone', () => {
  const { whole } = spoil(1, { truncate: 1, corrupt: 1 }, H4_PACKET);
  expect(whole).toEqual(LINES);
});

test('a silent device says nothing from its second to its second', async () => {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const faults = { silences: [{ fromS: 2, toS: 4 }] };
  const faulty = faultyWire(wire, { faults, shape: TEXT_LINE, clock, random: new Random(1) });
  const said: boolean[] = [];
  for (let second = 0; second < 6; second += 1) {
    said.push(faulty.write(ascii('x\r\n')));
    await clock.advance(1000);
  }
  expect(said).toEqual([true, true, false, false, true, true]);
  expect(wire.frames).toHaveLength(4);
});

test('the plug is pulled and put back on time, and nothing is sent in the moment before', async () => {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const faults = { unplugs: [{ atS: 2, forS: 3 }] };
  const faulty = faultyWire(wire, { faults, shape: TEXT_LINE, clock, random: new Random(1) });
  const done = unplugOnSchedule(faulty, faults, clock, new AbortController().signal);
  await clock.advance(1900);
  expect(wire.isPlugged).toBe(true);
  expect(faulty.write(ascii('x\r\n'))).toBe(false);
  await clock.advance(100);
  expect(wire.isPlugged).toBe(false);
  await clock.advance(3000);
  await done;
  expect(faulty.write(ascii('x\r\n'))).toBe(true);
});

test('an aborted schedule leaves the plug in', async () => {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const stop = new AbortController();
  const done = unplugOnSchedule(wire, { unplugs: [{ atS: 1, forS: 60 }] }, clock, stop.signal);
  await clock.advance(2000);
  expect(wire.isPlugged).toBe(false);
  stop.abort();
  await done;
  expect(wire.isPlugged).toBe(true);
});
