import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { modbus } from '../../../devices/modbus/modbus.ts';
import {
  lengthOf,
  type Order,
  STORED_TYPES,
  type StoredType,
  standsForNone,
  storedNumber,
} from '../../../devices/modbus/stored-value.ts';
import { simulateModbus } from '../../../simulators/sensors/modbus-slave.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { bytes, decoderOf, deviceOf, momentAt, withCrc, written } from './rig.ts';

const read = (hex: string, type: StoredType, wordOrder: Order = 'high-first', byteOrder: Order = 'high-first') =>
  storedNumber(bytes(hex), 0, { type, wordOrder, byteOrder });

test('numbers are read in each type and word order', () => {
  expect(read('fffe', 'uint16')).toBe(65_534);
  expect(read('fffe', 'int16')).toBe(-2);
  expect(read('0001 0002', 'uint32')).toBe(65_538);
  expect(read('0001 0002', 'uint32', 'low-first')).toBe(131_073);
  expect(read('ffff fffe', 'int32')).toBe(-2);
  expect(read('3f81 a9fc', 'float32')).toBe(1.013);
  expect(read('a9fc 3f81', 'float32', 'low-first')).toBe(1.013);
  expect(read('0000 0001 0000 0002', 'uint64')).toBe(2 ** 32 + 2);
  expect(read('0002 0000 0001 0000', 'uint64', 'low-first')).toBe(2 ** 32 + 2);
  expect(read('ffff ffff ffff fffe', 'int64')).toBe(-2);
  expect(read('4009 21fb 5444 2d18', 'float64')).toBe(Math.PI);
});

test('a maker who swaps the bytes of each word is read too, in either word order', () => {
  expect(read('feff', 'int16', 'high-first', 'low-first')).toBe(-2);
  expect(read('813f fca9', 'float32', 'high-first', 'low-first')).toBe(1.013); // BADC
  expect(read('fca9 813f', 'float32', 'low-first', 'low-first')).toBe(1.013); // DCBA: little-endian throughout
  expect(read('182d 4454 fb21 0940', 'float64', 'low-first', 'low-first')).toBe(Math.PI);
});

test('little-endian throughout is what Node reads as little-endian, whatever the number', () => {
  const numbers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(numbers, (number) => {
      const data = Buffer.alloc(8);
      data.writeBigInt64LE(number);
      const orders = { wordOrder: 'low-first', byteOrder: 'low-first' } as const;
      expect(storedNumber(data, 0, { type: 'int64', ...orders })).toBe(Number(number));
      expect(storedNumber(data, 0, { type: 'uint32', ...orders })).toBe(data.readUInt32LE(0));
    }),
  );
});

test('every type has its length', () => {
  expect(STORED_TYPES.map(lengthOf)).toEqual([1, 1, 2, 2, 4, 4, 2, 4, 1]);
});

const register = (quantity: string, address: number, more: object) => ({ quantity, function: 3, address, ...more });

test.each([
  ['8000', 'int16', [0x8000]],
  ['8000', 'int16', [-32_768]],
  ['ffff', 'uint16', [65_535]],
  ['d8f1', 'int16', [-9_999]],
  ['7fffffff', 'int32', [0x7fff_ffff]],
])('%s as %s stands for no value', (hex, type, noValue) => {
  const registers = [register('temperature', 0, { type, noValue, scale: 0.1 })];
  const decoder = decoderOf({ profile: { kind: 'measurement', registers } });
  decoder.opened?.(momentAt(0));
  const answer = withCrc(bytes(`0103 ${(hex.length / 2).toString(16).padStart(2, '0')} ${hex}`));
  expect(decoder.decode(answer, momentAt(9)).readings?.[0]).toMatchObject({
    values: {},
    quality: 'not-a-number',
    doubtful: ['temperature'],
  });
});

test('coils and discrete inputs are read as truth values, adjacent ones together', () => {
  const registers = [
    { quantity: 'gateOpen', function: 1, address: 0x13, type: 'bit' },
    { quantity: 'pumpOn', function: 1, address: 0x1c, type: 'bit' },
    { quantity: 'alarm', function: 2, address: 0, type: 'bit' },
    { quantity: 'mains', function: 2, address: 1, type: 'bit' },
  ];
  const decoder = decoderOf({ profile: { kind: 'status', registers } });
  expect(written(decoder.opened?.(momentAt(0)))).toEqual([
    Buffer.from(withCrc(bytes('0101 0013 0001'))).toString('hex'),
  ]);
  decoder.decode(withCrc(bytes('0101 01 01')), momentAt(10));
  expect(written(decoder.due?.(momentAt(15)))).toEqual([Buffer.from(withCrc(bytes('0101 001c 0001'))).toString('hex')]);
  decoder.decode(withCrc(bytes('0101 01 00')), momentAt(20));
  expect(written(decoder.due?.(momentAt(25)))).toEqual([Buffer.from(withCrc(bytes('0102 0000 0002'))).toString('hex')]);
  expect(decoder.decode(withCrc(bytes('0102 01 02')), momentAt(30)).readings).toMatchObject([
    { kind: 'status', values: { gateOpen: true, pumpOn: false, alarm: false, mains: true } },
  ]);
});

test('eleven inputs come back from a slave as they are', async () => {
  const bits = [1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1];
  const registers = bits.map((_, i) => ({ quantity: `in${i}`, function: 2, address: 40 + i, type: 'bit' }));
  const decoder = decoderOf({ profile: { kind: 'status', registers } });
  const clock = new VirtualClock();
  const unit = {
    unit: 1,
    sent: new Map(),
    registers: (code: number) => new Map(code === 2 ? bits.map((bit, i) => [40 + i, bit] as const) : []),
    answered() {},
  };
  const ended = new AbortController();
  const answers: Uint8Array[] = [];
  let hear = (_bytes: Uint8Array) => {};
  const wire = {
    onBytes(listener: (bytes: Uint8Array) => void) {
      hear = listener;
      return () => {};
    },
    write: (answer: Uint8Array) => answers.push(answer) > 0,
    path: '',
    isOpen: true,
    unplug() {},
    replug: async () => {},
    close: async () => {},
  };
  const running = simulateModbus({ clock, units: [unit] }).run(wire, ended.signal);
  for (const request of decoder.opened?.(momentAt(0)).write ?? []) hear(request);
  await clock.advance(10);
  ended.abort();
  await running;
  const values = decoder.decode(answers[0] ?? new Uint8Array(0), momentAt(10)).readings?.[0]?.values;
  expect(values).toEqual(Object.fromEntries(bits.map((bit, i) => [`in${i}`, bit === 1])));
});

test('a coil is a bit, and a register is none; a bit is no level', () => {
  const parse = (profile: unknown) => v.safeParse(modbus.options, { unit: 1, profile }).success;
  const profile = (kind: string, more: object) => ({ kind, registers: [register('level', 0, more)] });
  expect(parse(profile('measurement', { type: 'bit' }))).toBe(false);
  expect(parse(profile('measurement', { function: 1, type: 'uint16' }))).toBe(false);
  expect(parse(profile('water-level', { function: 1, type: 'bit' }))).toBe(false);
  expect(parse(profile('status', { function: 2, type: 'bit' }))).toBe(true);
  expect(parse({ kind: 'measurement', registers: [register('x', 65_533, { type: 'float64' })] })).toBe(false);
  expect(deviceOf({ profile: profile('water-level', { type: 'float64' }) }).options.profile.registers).toHaveLength(1);
});

test.each([
  [65535, 'uint16', -1, true],
  [-32768, 'int16', 0x8000, true],
  [2 ** 64, 'uint64', -1, true],
  [65536, 'float32', 0, false],
  [-1, 'float32', -1, true],
  [65534, 'uint16', -1, false],
  [0, 'int32', 0, true],
] as const)('of %d as %s, %d stands for no value: %s', (value, type, none, isNone) => {
  expect(standsForNone(value, type, [none])).toBe(isNone);
});
