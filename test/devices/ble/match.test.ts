import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matcher } from '../../../devices/ble/match.ts';
import type { OperatorPattern, Pattern } from '../../../shared/enrolment/pattern.ts';
import { tagKey } from '../../../shared/enrolment/tag-id.ts';
import { altbeacon, bytes, eddystoneUid, hex, ibeacon, uuid } from '../beacon-detector/rig.ts';

const of = (operator: string, pattern: Pattern): OperatorPattern => ({ operator, pattern });
const fleet = uuid.replaceAll('-', '');
const eid = '0d16aafe30e70102030405060708';
const rawCompany = '0dff9082 a5 0102030405060708 99';

const match = (patterns: readonly OperatorPattern[], payload: string, address?: number, addressType?: number) =>
  matcher(patterns)({
    payload: bytes(payload),
    ...(address !== undefined && { address }),
    ...(addressType !== undefined && { addressType }),
  }).map(({ operator, id }) => `${operator} ${tagKey(id)}`);

test('an advertisement belongs to the operators whose patterns it fits, and its identifier is cut out', () => {
  const patterns = [
    of('alfa', { format: 'ibeacon', uuid: fleet }),
    of('bravo', { format: 'altbeacon', organisation: '00112233445566778899aabbccddeeff' }),
    of('charlie', { format: 'eddystone-uid', namespace: '00112233445566778899' }),
    of('delta', { format: 'eddystone-eid' }),
    of('echo', { format: 'manufacturer', company: 0x8290, match: 'a5', id: { at: 1, length: 8 } }),
    of('golf', { format: 'service', uuid: 'fe6f', match: '02', id: { at: 1, length: 5 } }),
  ];
  expect(match(patterns, ibeacon)).toEqual([`alfa ibeacon:${fleet}00010002`]);
  expect(match(patterns, altbeacon)).toEqual(['bravo altbeacon:00112233445566778899aabbccddeeff00010002']);
  expect(match(patterns, eddystoneUid)).toEqual(['charlie eddystone-uid:00112233445566778899010203040506']);
  expect(match(patterns, eid)).toEqual(['delta eddystone-eid:0102030405060708']);
  expect(match(patterns, rawCompany)).toEqual(['echo raw:0102030405060708']);
  expect(match(patterns, '0b166ffe021122334455 7f00')).toEqual(['golf raw:1122334455']);
  expect(match(patterns, `0201061aff4c000215${'ab'.repeat(16)}00010002c5`)).toEqual([]);
});

test('a major narrows a fleet, and two operators may share one', () => {
  const patterns = [
    of('alfa', { format: 'ibeacon', uuid: fleet, major: 1 }),
    of('bravo', { format: 'ibeacon', uuid: fleet, major: 2 }),
    of('charlie', { format: 'ibeacon', uuid: fleet }),
  ];
  expect(match(patterns, ibeacon)).toEqual([`alfa ibeacon:${fleet}00010002`, `charlie ibeacon:${fleet}00010002`]);
});

test('a raw pattern needs its bytes, ".." is any, and the identifier must be there', () => {
  const pattern = (match: string, id = { at: 1, length: 8 }) => [
    of('echo', { format: 'manufacturer', company: 0x8290, match, id }),
  ];
  expect(match(pattern('..01'), rawCompany)).toHaveLength(1);
  expect(match(pattern('a501..'), rawCompany)).toHaveLength(1);
  expect(match(pattern('a502'), rawCompany)).toEqual([]);
  expect(match(pattern(`a5${'..'.repeat(20)}00`), rawCompany)).toEqual([]);
  expect(match(pattern('a5', { at: 3, length: 8 }), rawCompany)).toEqual([]);
});

test('a service is the same by any of its UUIDs', () => {
  const by = (uuid: string) => [of('golf', { format: 'service', uuid, match: '', id: { at: 0, length: 2 } })];
  for (const uuid of ['fe6f', '0000fe6f', '0000fe6f00001000800000805f9b34fb']) {
    expect(match(by(uuid), '05166ffe1122')).toEqual(['golf raw:1122']);
  }
});

test('a resolvable address is taken with the bytes of a pattern beside it, and any other to nobody', () => {
  const narrowed = { match: 'a5', id: { at: 0, length: 1 }, address: 'resolvable' } as const;
  const patterns = [
    of('alfa', { format: 'manufacturer', company: 0x8290, ...narrowed }),
    of('bravo', { format: 'service', uuid: 'fe6f', ...narrowed }),
  ];
  expect(match(patterns, rawCompany, 0x5abbccddee0f, 1)).toEqual(['alfa address:5abbccddee0f']);
  expect(match(patterns, '05166ffea507', 0x5abbccddee0f, 1)).toEqual(['bravo address:5abbccddee0f']);
  expect(match(patterns, '05166ffea607', 0x5abbccddee0f, 1)).toEqual([]);
  expect(match(patterns, '020106', 0x5abbccddee0f, 1)).toEqual([]);
  expect(match(patterns, rawCompany, 0x5abbccddee0f, 0)).toEqual([]); // a public one
  expect(match(patterns, rawCompany, 0xdabbccddee0f, 1)).toEqual([]); // a static one
  expect(match(patterns, rawCompany)).toEqual([]);
});

test('a pattern of resolvable addresses alone, as a list of before may have it, takes nobody’s', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(2 ** 31), (payload, low) => {
      const greedy = matcher([of('alfa', { format: 'resolvable-address' })]);
      expect(greedy({ payload, address: 0x5abb00000000 + low, addressType: 1 })).toEqual([]);
    }),
  );
});

test.each([
  ['Find Hub', `1816aafe40${'5a'.repeat(20)}`],
  ['Find Hub against unwanted tracking', `1816aafe41${'5a'.repeat(20)}`],
  ['an exposure notification', `03036ffd17166ffd${'5a'.repeat(20)}`],
  ['Find My', `1eff4c001219${'5a'.repeat(25)}`],
])('%s is nobody’s tag, whatever a pattern says', (_, payload) => {
  const id = { at: 1, length: 8 };
  const greedy = [
    of('alfa', { format: 'resolvable-address' }),
    of('alfa', { format: 'eddystone-eid' }),
    of('alfa', { format: 'service', uuid: 'fd6f', match: '', id, address: 'resolvable' }),
    of('alfa', { format: 'service', uuid: 'feaa', match: '', id }),
    of('alfa', { format: 'service', uuid: 'fd6f', match: '', id }),
    of('alfa', { format: 'manufacturer', company: 0x004c, match: '', id }),
  ];
  expect(match(greedy, payload, 0x5abbccddee0f, 1)).toEqual([]);
  expect(match(greedy, eid)).not.toEqual([]); // they are greedy
});

test.each([
  ['bytes', bytes(ibeacon + ibeacon)],
  ['a Buffer', Buffer.from(ibeacon + ibeacon, 'hex')],
])('from %s an identifier is told once and owns its bytes', (_, payload) => {
  const once = matcher([
    of('alfa', { format: 'ibeacon', uuid: fleet }),
    of('alfa', { format: 'ibeacon', uuid: fleet }),
  ]);
  const found = once({ payload });
  expect(found).toHaveLength(1);
  payload.fill(0);
  expect(hex(found[0]?.id.bytes)).toBe(`${fleet}00010002`);
});

test('no payload makes a matcher throw, and an identifier lies in the payload', () => {
  const cut = fc.record({ at: fc.nat(250), length: fc.integer({ min: 1, max: 30 }) });
  const wanted = fc.array(fc.constantFrom('00', 'a5', '..'), { maxLength: 8 }).map((parts) => parts.join(''));
  const patterns = fc
    .tuple(wanted, cut)
    .map(([match, id]) => [
      of('alfa', { format: 'manufacturer', company: 0x0118, match, id }),
      of('bravo', { format: 'service', uuid: 'feaa', match, id }),
      of('charlie', { format: 'eddystone-eid' }),
    ]);
  const near = fc
    .tuple(fc.constantFrom('ff1801', '16aafe', '20aafe0000'), fc.uint8Array({ maxLength: 60 }))
    .map(([head, data]) =>
      bytes(((head.length + 2 * data.length) / 2).toString(16).padStart(2, '0') + head + hex(data)),
    );
  fc.assert(
    fc.property(patterns, fc.oneof(near, fc.uint8Array({ maxLength: 255 })), (given, payload) => {
      for (const { id } of matcher(given)({ payload })) expect(hex(payload)).toContain(hex(id.bytes));
    }),
  );
});
