import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../../../shared/feed/crc32.ts';

test('the check value of CRC-32/ISO-HDLC is that of the catalogue of CRC algorithms', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('nothing has the sum 0', () => {
  expect(crc32(new Uint8Array())).toBe(0);
});

test('a sum can be made piece by piece', () => {
  const [first, second] = ['1234', '56789'].map((text) => new TextEncoder().encode(text));
  expect(crc32(second ?? new Uint8Array(), crc32(first ?? new Uint8Array()))).toBe(0xcbf43926);
});

test('any single changed byte changes the sum', () => {
  const property = fc.property(
    fc.uint8Array({ minLength: 1, maxLength: 300 }),
    fc.nat(),
    fc.integer({ min: 1, max: 255 }),
    (bytes, place, bits) => {
      const changed = bytes.map((byte, i) => (i === place % bytes.length ? byte ^ bits : byte));
      expect(crc32(changed)).not.toBe(crc32(bytes));
    },
  );
  fc.assert(property);
});
