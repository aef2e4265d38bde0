import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex } from '../../../simulators/sensors/advertisement.ts';
import { crc16, rtuFraming } from '../../../simulators/sensors/modbus-adu.ts';
import { type ModbusOptions, simulateModbus } from '../../../simulators/sensors/modbus-slave.ts';
import { counterUnit, kellerUnit } from '../../../simulators/sensors/modbus-units.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { MemoryWire } from '../wires/memory-wire.ts';

const BAR_IN_METRES = 10.197162;

function bus(given: Partial<ModbusOptions> = {}) {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const probe = kellerUnit({ unit: 1, depthM: () => BAR_IN_METRES, temperatureCel: () => 12.5 });
  const counter = counterUnit({
    clock,
    unit: 2,
    crowd: (s) => ({ entered: Math.floor(s), left: 0 }),
    startTotals: { entered: 0x00012345, left: 7 },
  });
  const slave = simulateModbus({ clock, units: [probe, counter], ...given });
  const stop = new AbortController();
  const run = slave.run(wire, stop.signal);
  /** The answer within that many ms, in hexadecimal. */
  const ask = async (request: Uint8Array, ms = 0) => {
    const before = wire.frames.length;
    wire.hear(request);
    await clock.advance(ms);
    return wire.hex.slice(before);
  };
  const end = () => {
    stop.abort();
    return run;
  };
  return { clock, wire, probe, counter, slave, ask, end };
}

/** A request, its CRC appended low byte first. */
const rtu = (digits: string) => {
  const bytes = hex(digits);
  const crc = crc16(bytes);
  return Uint8Array.of(...bytes, crc & 0xff, crc >>> 8);
};
const withoutCrc = (answers: readonly string[]) => answers.map((answer) => answer.slice(0, -4));

test('the CRC is that of the published check value and of a well-known request', () => {
  expect(crc16(Buffer.from('123456789'))).toBe(0x4b37);
  expect(Buffer.from(rtu('01030000000a')).toString('hex')).toBe('01030000000ac5cd');
});

test('a level probe answers with pressure and temperature as big-endian floats', async () => {
  const { ask, slave, probe, end } = bus();
  expect(withoutCrc(await ask(rtu('010300020002')))).toEqual(['0103043f800000']); // 1.0 bar
  expect(slave.sent.size).toBe(0);
  expect(withoutCrc(await ask(rtu('010300060002')))).toEqual(['01030441480000']); // 12.5 °C
  expect(probe.sent).toEqual(new Map([['water-level', 1]]));
  await end();
});

test('every answer carries its CRC', async () => {
  const { ask, end } = bus();
  const [answer = ''] = await ask(rtu('010300020002'));
  expect(crc16(hex(answer))).toBe(0);
  await end();
});

test('a people counter answers with both totals, high word first, and keeps the truth', async () => {
  const { ask, counter, slave, end } = bus();
  expect(withoutCrc(await ask(rtu('020400000004'), 5000))).toEqual(['0204080001234500000007']);
  expect(withoutCrc(await ask(rtu('020400000004')))).toEqual(['0204080001234a00000007']);
  expect(slave.sent).toEqual(new Map([['people-count', 2]]));
  expect(counter.people()).toEqual({ entered: 5, left: 0 });
  await end();
});

test('what a unit cannot do is answered with an exception, and a unit that is not there says nothing', async () => {
  const { ask, end } = bus();
  expect(withoutCrc(await ask(rtu('010600020002')))).toEqual(['018601']); // illegal function
  expect(withoutCrc(await ask(rtu('010400020002')))).toEqual(['018401']);
  expect(withoutCrc(await ask(rtu('012b0e0100')))).toEqual(['01ab01']);
  expect(withoutCrc(await ask(rtu('010300020003')))).toEqual(['018302']); // illegal data address
  expect(withoutCrc(await ask(rtu('010300020000')))).toEqual(['018303']); // illegal data value
  expect(await ask(rtu('090300020002'))).toEqual([]);
  await end();
});

test('a reading counts when all its blocks have been answered in turn', async () => {
  const { ask, probe, end } = bus();
  const [pressure, temperature, probeOfOtherLength] = [rtu('010300020002'), rtu('010300060002'), rtu('010300020001')];
  for (const request of [temperature, pressure, pressure, probeOfOtherLength, temperature, temperature]) {
    await ask(request);
  }
  expect(probe.sent.get('water-level')).toBe(1);
  await end();
});

test('slow answers come in order, and those that come too late make no reading', async () => {
  const delays = [1500, 100];
  const { ask, counter, wire, end } = bus({ delayMs: () => delays.shift() ?? 0, masterTimeoutMs: 1000 });
  expect(await ask(rtu('020400000004'), 1000)).toEqual([]);
  expect(await ask(rtu('020400000002'), 499)).toEqual([]);
  expect(withoutCrc(await ask(rtu('020400000004'), 5000))).toHaveLength(3);
  expect(wire.hex.map((answer) => answer.length / 2)).toEqual([13, 9, 13]);
  expect(counter.sent.get('people-count')).toBe(1);
  await end();
});

test('over TCP an answer has the transaction of its request and no CRC', async () => {
  const { ask, probe, end } = bus({ framing: 'tcp' });
  expect(await ask(hex('002a00000006010300020002'))).toEqual(['002a000000070103043f800000']);
  expect(await ask(hex('002b000000060103000600022222'))).toEqual(['002b0000000701030441480000']);
  expect(probe.sent.get('water-level')).toBe(1);
  await end();
});

test('requests are found however the bytes are cut and whatever noise comes between', () => {
  const noise = fc.uint8Array({ min: 0x61, max: 0x7a, maxLength: 30 });
  fc.assert(
    fc.property(
      fc.array(noise, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(0xffff),
      (noises, cut, address) => {
        const content = `03${address.toString(16).padStart(4, '0')}0002`;
        const request = rtu(`71${content}`);
        const framing = rtuFraming();
        const stream = Uint8Array.from(noises.flatMap((bytes) => [...bytes, ...request]));
        let found = 0;
        for (let at = 0; at < stream.length; at += cut) {
          for (const { unit, pdu } of framing.push(stream.subarray(at, at + cut))) {
            if (unit === 0x71 && Buffer.from(pdu).toString('hex') === content) found += 1;
          }
        }
        expect(found).toBe(noises.length);
      },
    ),
    { numRuns: 300 },
  );
});
