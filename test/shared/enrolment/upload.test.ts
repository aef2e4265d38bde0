/** What a volunteer's phone sends: always of one size, and taken for nothing else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeUpload, isUpload, PHONE, sightingsEach, uploadBytes } from '../../../shared/enrolment/upload.ts';
import { anonymousGateway } from '../../../shared/feed/anonymous.ts';
import { decodeBatch, decodeBody } from '../../../shared/feed/batch.ts';
import type { Reading } from '../../../shared/reading.ts';

const AT = Date.parse('2026-11-26T01:00:00Z');
const name = { gateway: anonymousGateway(new Uint8Array(16).fill(5)), epoch: '00112233445566aa' };
const base64url = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'ABCDEFGHabcdefgh0123456789-_'), minLength: length, maxLength: length });
const sighting = fc
  .record({
    operator: fc.constantFrom('alsok', 'biblle', 'an-operator-with-a-name-of-32-ch'),
    sealed: base64url(70),
    sealedWith: base64url(43),
    rssi: fc.integer({ min: -127, max: 20 }),
    count: fc.integer({ min: 1, max: 10_000 }),
    firstAt: fc.integer({ min: AT, max: AT + 120_000 }),
    lastAt: fc.integer({ min: AT, max: AT + 120_000 }),
  })
  .map((values): Reading => ({ device: PHONE, kind: 'sighting', observedAt: values.lastAt, values }));
const upload = fc.array(sighting, { minLength: sightingsEach, maxLength: sightingsEach });
const isOperator = (id: string) => id !== 'unknown';

function read(bytes: Uint8Array) {
  const { header, body } = decodeBatch(bytes);
  return { header, readings: decodeBody(header, body, 100) };
}

test('whatever was heard, an upload has one size, and a hub takes it', () => {
  fc.assert(
    fc.property(upload, (sightings) => {
      const bytes = encodeUpload(sightings, name);
      expect(bytes).toHaveLength(uploadBytes);
      const { header, readings } = read(bytes);
      expect(readings).toEqual(sightings);
      expect(isUpload(header, bytes.length, readings, isOperator)).toBe(true);
    }),
  );
});

test('one sighting more or less is no upload', () => {
  const [all = []] = fc.sample(upload, 1);
  expect(() => encodeUpload(all.slice(1), name)).toThrow(RangeError);
  expect(() => encodeUpload([...all, ...all], name)).toThrow(RangeError);
});

const changes: [string, (reading: Reading) => Reading][] = [
  ['a device of its own', (reading) => ({ ...reading, device: 'phone-of-hanako' })],
  ['another kind', (reading) => ({ ...reading, kind: 'measurement' })],
  ['a tag in the clear', ({ values, ...reading }) => ({ ...reading, values: { ...values, tag: 'hanako' } }) as Reading],
  ['a place in the clear', ({ values, ...reading }) => ({ ...reading, values: { ...values, lat: 34.7 } }) as Reading],
  [
    'an operator that is not there',
    ({ values, ...reading }) => ({ ...reading, values: { ...values, operator: 'unknown' } }) as Reading,
  ],
  [
    'a seal of another length',
    ({ values, ...reading }) => ({ ...reading, values: { ...values, sealed: 'AAAA' } }) as Reading,
  ],
  [
    'a text where a number belongs',
    ({ values, ...reading }) => ({ ...reading, values: { ...values, rssi: '-60' } }) as Reading,
  ],
];
test.each(changes)('an upload with %s is refused', (_, change) => {
  const [all = []] = fc.sample(upload, { numRuns: 1, seed: 4 });
  const { header } = read(encodeUpload(all, name));
  const changed = all.map((reading, i) => (i === 3 ? change(reading) : reading));
  expect(isUpload(header, uploadBytes, all, isOperator)).toBe(true);
  expect(isUpload(header, uploadBytes, changed, isOperator)).toBe(false);
});

test('an upload under a gateway’s name, with another number or of another size is refused', () => {
  const [all = []] = fc.sample(upload, { numRuns: 1, seed: 4 });
  const { header } = read(encodeUpload(all, name));
  expect(isUpload({ ...header, gateway: 'gateway-01' }, uploadBytes, all, isOperator)).toBe(false);
  expect(isUpload({ ...header, number: 2 }, uploadBytes, all, isOperator)).toBe(false);
  expect(isUpload(header, uploadBytes - 1, all, isOperator)).toBe(false);
});
