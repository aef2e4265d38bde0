/** What a stranger may send: noise, good messages cut short or with a bit turned, and well-formed CBOR of the wrong shape. */
import fc from 'fast-check';

/** Bytes of items that a CBOR library may stumble over: tags, simple values, BigInts, huge lengths, deep nesting. */
const ODDITIES = [
  'f6', // null
  'f7', // undefined
  'f97e00', // NaN
  'fb7ff0000000000000', // infinity
  'fbc1e0000000000000', // -2^31 as a float
  '1bffffffffffffffff',
  '3bffffffffffffffff',
  'c249010000000000000000', // a bignum
  'c001', // a date that is none
  'c11a00000001',
  'c482211904d2', // a decimal fraction
  'd81b82655265674578621b28', // an object by its class name
  'd8688301626162',
  'd9010381a10102', // a set
  'd90103a1616101', // a map of another kind
  'd81c8101',
  'd81d00',
  'd9dfff',
  '9a7fffffff',
  'bb00ffffffffffffff',
  '5b7fffffffffffffff',
  '9f',
  'a1a10101f5',
  'ff',
  '81'.repeat(20_000),
].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

const oddity = fc.constantFrom(...ODDITIES);

export function hostileBytes(good: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(good.length - 1);
  return fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    place.map((length) => good.subarray(0, length)),
    fc
      .tuple(place, fc.integer({ min: 1, max: 255 }))
      .map(([at, bits]) => good.map((byte, i) => (i === at ? byte ^ bits : byte))),
    fc
      .tuple(place, oddity)
      .map(([at, odd]) => Uint8Array.from([...good.subarray(0, at), ...odd, ...good.subarray(at + 1)])),
    oddity,
  );
}
