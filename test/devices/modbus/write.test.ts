/** Writes by order: only what the profile names, after a read, and done only when the unit says so. */
import { expect, test } from 'vitest';
import type { CommandAnswer, Decoder, Encoded, Step } from '../../../devices/device-type.ts';
import { modbus } from '../../../devices/modbus/modbus.ts';
import { bytes, deviceOf, hex, momentAt, profileOf, withCrc, written } from './rig.ts';

const PROFILE = {
  ...profileOf([0]),
  writes: [
    { name: 'gate', function: 5, address: 0x00ac },
    { name: 'setpoint', function: 6, address: 1, scale: 0.1, min: 0, max: 40 },
    { name: 'trim', function: 6, address: 2, type: 'int16' },
  ],
};
const device = deviceOf({ profile: PROFILE, intervalMs: '1h', minGapMs: '0ms' });

function encode(name: string, value: string | number | boolean, action = 'write'): Encoded {
  const encoded = modbus.command?.({ action, arguments: { name, value } }, device.options);
  if (encoded === undefined) throw new Error('modbus takes no orders');
  return encoded;
}

function ready(name: string, value: number | boolean): Extract<Encoded, { ok: true }> {
  const encoded = encode(name, value);
  if (!encoded.ok) throw new Error(encoded.text.en);
  return encoded;
}

// MODBUS Application Protocol V1.1b3 §6.5 has the first of these as its example, §6.6 the form of the others.
test.each([
  ['gate', true, '0500acff00'],
  ['gate', false, '0500ac0000'],
  ['setpoint', 21.5, '06000100d7'],
  ['trim', -2, '060002fffe'],
] as const)('%s = %s is %s', (name, value, pdu) => {
  expect(hex(ready(name, value).bytes)).toBe(pdu);
});

test.each([
  ['pump', true, 'not-writable'],
  ['r0', 1, 'not-writable'],
  ['gate', 1, 'bad-arguments'],
  ['setpoint', true, 'bad-arguments'],
  ['setpoint', 40.1, 'bad-arguments'],
  ['setpoint', -0.1, 'bad-arguments'],
  ['trim', 40_000, 'bad-arguments'],
])('%s = %s is refused as %s', (name, value, reason) => {
  expect(encode(name, value)).toMatchObject({ ok: false, reason });
});

test('a register takes the nearest value that it can hold, never one beyond its bounds, and the result says which', () => {
  const writes = [{ name: 'level', function: 6, address: 1, scale: 0.5, min: 0.2, max: 10 }];
  const { options } = deviceOf({ profile: { ...PROFILE, writes } });
  const encode = (value: number) => modbus.command?.({ action: 'write', arguments: { name: 'level', value } }, options);
  const encoded = encode(1.3);
  if (!encoded?.ok) throw new Error('it is refused');
  expect(encoded.understand(encoded.bytes)).toEqual({ outcome: 'done', details: { value: 1.5 } });
  expect(encode(0.2)).toMatchObject({ ok: false, reason: 'bad-arguments' });
});

test('a profile that names nothing to write takes no orders', () => {
  expect(modbus.commands?.(deviceOf({ profile: profileOf([0]) }).options)).toEqual([]);
  expect(modbus.commands?.(device.options)).toEqual(['write']);
});

/** The device's decoder on a serial line, after its first reading. */
function opened(): { decoder: Decoder; READ: string; answerRead: (ms: number) => Step } {
  const decoder = modbus.decoder([device], { transport: 'serial' });
  const READ = hex(withCrc(bytes('01 03 0000 0001')));
  expect(written(decoder.opened?.(momentAt(0)))).toEqual([READ]);
  const answerRead = (ms: number) => decoder.decode(withCrc(bytes('01 03 02 0007')), momentAt(ms));
  answerRead(10);
  return { decoder, READ, answerRead };
}

function answers(...steps: readonly (Step | undefined)[]): readonly CommandAnswer[] {
  return steps.flatMap((step) => step?.answered ?? []);
}

const GATE = '01 05 00ac ff00';

test('a unit is read, written, believed when it repeats the write, and read again', () => {
  const { decoder, READ, answerRead } = opened();
  const asked = decoder.command?.({ id: 7, device: 'unit', encoded: ready('gate', true) }, momentAt(1_000));
  expect(written(asked)).toEqual([READ]);
  const writing = answerRead(1_010);
  expect(writing.readings).toHaveLength(1);
  expect(written(writing)).toEqual([hex(withCrc(bytes(GATE)))]);
  const done = decoder.decode(withCrc(bytes(GATE)), momentAt(1_020));
  expect(answers(asked, writing, done)).toEqual([{ id: 7, outcome: 'done' }]);
  expect(written(done)).toEqual([READ]);
});

test('an exception says that it was not done, and why', () => {
  const { decoder, answerRead } = opened();
  decoder.command?.({ id: 7, device: 'unit', encoded: ready('gate', true) }, momentAt(1_000));
  answerRead(1_010);
  const refused = decoder.decode(withCrc(bytes('01 85 02')), momentAt(1_020));
  expect(answers(refused)).toMatchObject([{ id: 7, outcome: 'failed', reason: 'device-error' }]);
  expect(answers(refused)[0]?.text?.en).toContain('illegal data address');
});

test('a unit that answers no read is not written', () => {
  const { decoder } = opened();
  decoder.command?.({ id: 7, device: 'unit', encoded: ready('gate', true) }, momentAt(1_000));
  const late = decoder.due?.(momentAt(2_000));
  expect(answers(late)).toMatchObject([{ outcome: 'failed', reason: 'no-answer' }]);
  expect(written(late)).toEqual([]);
});

test('a write that is not answered may have been done, and no other goes to the unit while its answer may still come', () => {
  const { decoder, answerRead } = opened();
  decoder.command?.({ id: 7, device: 'unit', encoded: ready('gate', true) }, momentAt(1_000));
  answerRead(1_010);
  expect(answers(decoder.due?.(momentAt(2_010)))).toMatchObject([{ outcome: 'interrupted', reason: 'no-answer' }]);
  decoder.command?.({ id: 8, device: 'unit', encoded: ready('gate', false) }, momentAt(3_000));
  const blocked = answerRead(3_010);
  expect(answers(blocked)).toMatchObject([{ id: 8, outcome: 'failed', reason: 'busy' }]);
  expect(written(blocked)).toEqual([]);
  decoder.command?.({ id: 9, device: 'unit', encoded: ready('gate', false) }, momentAt(63_000));
  expect(written(answerRead(63_010))).toHaveLength(1);
});

test('on a line that echoes, the echo of a write is not its answer', () => {
  const decoder = modbus.decoder([device], { transport: 'serial' });
  const [read] = decoder.opened?.(momentAt(0))?.write ?? [];
  decoder.decode(read ?? new Uint8Array(), momentAt(1));
  decoder.decode(withCrc(bytes('01 03 02 0007')), momentAt(10));
  const [again] =
    decoder.command?.({ id: 7, device: 'unit', encoded: ready('gate', true) }, momentAt(1_000))?.write ?? [];
  decoder.decode(again ?? new Uint8Array(), momentAt(1_001));
  decoder.decode(withCrc(bytes('01 03 02 0007')), momentAt(1_010));
  const echo = decoder.decode(withCrc(bytes(GATE)), momentAt(1_011));
  expect(answers(echo)).toEqual([]);
  expect(answers(decoder.decode(withCrc(bytes(GATE)), momentAt(1_020)))).toEqual([{ id: 7, outcome: 'done' }]);
});

test('the answer to another write is none to this one', () => {
  const { decoder, answerRead } = opened();
  decoder.command?.({ id: 7, device: 'unit', encoded: ready('gate', true) }, momentAt(1_000));
  answerRead(1_010);
  for (const other of ['01 05 00ac 0000', '01 05 00ad ff00', '02 05 00ac ff00']) {
    expect(answers(decoder.decode(withCrc(bytes(other)), momentAt(1_020)))).toEqual([]);
  }
  expect(answers(decoder.decode(withCrc(bytes(GATE)), momentAt(1_030)))).toHaveLength(1);
});

test('a port that closes leaves a write undecided, and one that stays closed writes nothing', () => {
  const { decoder, answerRead } = opened();
  decoder.command?.({ id: 7, device: 'unit', encoded: ready('gate', true) }, momentAt(1_000));
  answerRead(1_010);
  expect(answers(decoder.closed?.(momentAt(1_020)))).toMatchObject([{ id: 7, outcome: 'interrupted' }]);
  decoder.command?.({ id: 8, device: 'unit', encoded: ready('gate', true) }, momentAt(2_000));
  expect(decoder.dueAt?.()).toBe(32_000);
  expect(answers(decoder.due?.(momentAt(32_000)))).toMatchObject([{ id: 8, outcome: 'failed', reason: 'no-answer' }]);
});

test('a device that is not on the line, and writes beyond what may wait, are answered at once', () => {
  const { decoder } = opened();
  const encoded = ready('gate', true);
  expect(answers(decoder.command?.({ id: 1, device: 'other', encoded }, momentAt(1_000)))).toHaveLength(1);
  const steps = Array.from({ length: 9 }, (_, i) =>
    decoder.command?.({ id: 2 + i, device: 'unit', encoded }, momentAt(1_000)),
  );
  expect(answers(...steps)).toMatchObject([{ id: 10, reason: 'busy' }]);
});
