/**
 * Advertisements that break the rules. What a tag is in them is computed anew here, from the Core Specification's rule for AD structures
 * (Vol 3 Part C §11) and the formats' descriptions, and must be all that is found: no more, no less.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beaconsIn } from '../../../devices/ble/beacon.ts';
import { describeAdvertisement } from '../../../devices/ble/describe.ts';
import { matcher } from '../../../devices/ble/match.ts';
import type { Step } from '../../../devices/device-type.ts';
import type { OperatorPattern } from '../../../shared/enrolment/pattern.ts';
import { tagKey } from '../../../shared/enrolment/tag-id.ts';
import {
  altbeacon,
  bytes,
  detector,
  eddystoneUid,
  extendedEvent,
  hex,
  ibeacon,
  legacyEvent,
  momentAt,
  uuid,
} from '../beacon-detector/rig.ts';

const FLEET = uuid.replaceAll('-', '');
const ORGANISATION = '00112233445566778899aabbccddeeff';
const NAMESPACE = '00112233445566778899';

const PATTERNS: readonly OperatorPattern[] = [
  { operator: 'alfa', pattern: { format: 'ibeacon', uuid: FLEET } },
  { operator: 'bravo', pattern: { format: 'altbeacon', organisation: ORGANISATION } },
  { operator: 'charlie', pattern: { format: 'eddystone-uid', namespace: NAMESPACE } },
  { operator: 'delta', pattern: { format: 'manufacturer', company: 0x8290, match: 'a5', id: { at: 1, length: 8 } } },
];
const match = matcher(PATTERNS);

/** The data of top-level structures alone, each with its type in front, in hexadecimal. */
function structuresOf(payload: Uint8Array): string[] {
  const all: string[] = [];
  let rest = [...payload];
  for (;;) {
    const [length = 0, ...after] = rest;
    if (length === 0 || after.length < length) return all;
    all.push(hex(Uint8Array.from(after.slice(0, length))));
    rest = after.slice(length);
  }
}

/** Where each format has its identifier: digits before it that must be there, and its length in digits with what must follow. */
const FORMATS: readonly (readonly [written: RegExp, name: string])[] = [
  [new RegExp(`^ff4c000215(${FLEET}.{8})..`), 'alfa ibeacon'],
  [new RegExp(`^ff....beac(${ORGANISATION}.{8})..`), 'bravo altbeacon'],
  [new RegExp(`^16aafe00..(${NAMESPACE}.{12})`), 'charlie eddystone-uid'],
  [/^ff9082a5(.{16})/, 'delta raw'],
];
/** Find My, exposure notifications, Find Hub. */
const STRANGERS = /^(ff4c0012|166ffd|16aafe4[01])/;

/** Whose tags a payload has, as its rules say. */
function tagsIn(payload: Uint8Array): string[] {
  const structures = structuresOf(payload);
  if (structures.some((each) => STRANGERS.test(each))) return [];
  const found = structures.flatMap((structure) =>
    FORMATS.flatMap(([written, name]) => {
      const id = written.exec(structure)?.[1];
      return id === undefined ? [] : [`${name}:${id}`];
    }),
  );
  return [...new Set(found)].sort();
}

const matched = (payload: Uint8Array) => match({ payload }).map(({ operator, id }) => `${operator} ${tagKey(id)}`);

/** Whole advertisements of tags, for what is near to them. */
const GOOD = [ibeacon, altbeacon, eddystoneUid, '0cff9082a50102030405060708', '0303aafe'].map(bytes);
const good = fc.constantFrom(...GOOD);
const noise = fc.uint8Array({ maxLength: 40 });
const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(parts).subarray(0, 255));
/** With a length that is anything, not what follows. */
const lying = fc.tuple(good, fc.nat(255)).map(([payload, length]) => Uint8Array.of(length, ...payload.subarray(1)));
const truncated = fc.tuple(good, fc.nat(31)).map(([payload, length]) => payload.slice(0, length));
const zeroLengths = fc.tuple(fc.nat(3), good).map(([zeros, payload]) => joined([new Uint8Array(zeros), payload]));
/** A whole advertisement as the data of a structure of another type: none of it is a structure here. */
const nested = fc
  .tuple(good, fc.constantFrom(0x09, 0x16, 0x21, 0xff, 0x2d))
  .map(([payload, type]) => Uint8Array.of(payload.length + 1, type, ...payload));
/** As long as a structure can be: a length of 255 needs 256 bytes, which only an extended advertisement has. */
const longest = fc
  .tuple(good, fc.nat(255))
  .map(([payload, fill]) =>
    Uint8Array.of(255, ...payload.subarray(payload.length > 25 ? 4 : 1), ...Array(300).fill(fill)),
  )
  .map((payload) => payload.slice(0, 256));
const flipped = fc
  .tuple(good, fc.nat(31), fc.nat(255))
  .map(([payload, at, byte]) => Uint8Array.from(payload, (each, i) => (i === at ? byte : each)));
const piece = fc.oneof(good, noise, lying, truncated, zeroLengths, nested, flipped);
const advertisement = fc.oneof(
  fc.uint8Array({ maxLength: 255 }),
  longest,
  fc.array(piece, { maxLength: 6 }).map((parts) => joined(parts)),
);
const runs = { numRuns: 5_000 };

test('whatever an advertisement holds, the tags in it are found, and none that is not in it', () => {
  let tags = 0;
  fc.assert(
    fc.property(advertisement, (payload) => {
      const wanted = tagsIn(payload);
      tags += wanted.length;
      expect(matched(payload).toSorted()).toEqual(wanted);
    }),
    runs,
  );
  expect(tags).toBeGreaterThan(1_000); // the rule was tried on some that hold a tag
});

test('a tag inside the data of another structure is none', () => {
  fc.assert(
    fc.property(nested, (payload) => {
      expect(structuresOf(payload)).toHaveLength(1);
      expect(matched(payload)).toEqual([]);
      expect(beaconsIn(payload)).toEqual([]);
    }),
  );
});

test('the longest structure is read to its end, and not at all if a byte is missing', () => {
  const whole = Uint8Array.of(255, ...bytes(ibeacon).subarray(4), ...Array(300).fill(0)).slice(0, 256);
  expect(matched(whole)).toEqual([`alfa ibeacon:${FLEET}00010002`]);
  expect(matched(whole.slice(0, 255))).toEqual([]);
});

test('what decode says of any advertisement accounts for each of its bytes but zeros at the end', () => {
  fc.assert(
    fc.property(advertisement, (payload) => {
      const { structures, rest = '' } = describeAdvertisement(payload);
      expect(structures.map(({ type }) => type)).toEqual(
        structuresOf(payload).map((each) => Number.parseInt(each.slice(0, 2), 16)),
      );
      const used = structuresOf(payload).reduce((sum, each) => sum + 1 + each.length / 2, 0);
      expect(hex(payload.subarray(used)).replace(/^(00)*$/, '')).toBe(rest);
      JSON.stringify(structures);
    }),
    runs,
  );
});

test('a detector passes them by, too: in legacy and extended reports, whole, in fragments and cut off', () => {
  const address = 'c0:11:22:33:44:55';
  const tagsOf = ({ tags = [] }: Step) => tags.map(({ operator, id }) => `${operator} ${tagKey(id)}`).toSorted();
  fc.assert(
    fc.property(advertisement, fc.nat(255), fc.nat(255), (payload, splitAt, cutAt) => {
      const fits = payload.slice(0, 229); // of the 255 bytes of an event's parameters 26 are the report's head
      const [first, second] = [fits.slice(0, splitAt), fits.slice(splitAt)];
      const decoder = detector({}, 'serial', () => PATTERNS);
      const events = [
        extendedEvent(address, hex(first), -60, 1),
        extendedEvent(address, hex(second), -60),
        ...[legacyEvent, extendedEvent].map((event) => event(address, hex(fits), -60)),
      ];
      for (const event of events) decoder.decode(event, momentAt(0));
      const cut = events.at(-1)?.slice(0, 3 + cutAt) ?? new Uint8Array();
      if (cut.length < 3 + 26 + fits.length) expect(decoder.decode(cut, momentAt(0)).rubbish).toHaveLength(1);
      expect(tagsOf(decoder.end?.(momentAt(0)) ?? {})).toEqual(tagsIn(fits));
    }),
    { numRuns: 1_000 },
  );
});
