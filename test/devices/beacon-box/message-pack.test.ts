import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMessagePack, maxDepth, maxItems } from '../../../devices/beacon-box/message-pack.ts';

const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true }).map((number) => number + 0), // -0 is sent as 0
  fc.string({ maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }),
);
const tree = fc.letrec((tie) => ({
  tree: fc.oneof({ depthSize: 'small', maxDepth: maxDepth - 1 }, leaf, tie('list'), tie('map')),
  list: fc.array(tie('tree'), { maxLength: 40 }),
  map: fc.dictionary(
    fc.string({ maxLength: 40 }).filter((key) => key !== '__proto__'),
    tie('tree'),
    { noNullPrototype: true, maxKeys: 20 },
  ),
})).tree;

test('what another encoder wrote is read as it was', () => {
  fc.assert(
    fc.property(tree, (value) => {
      expect(decodeMessagePack(encode(value))).toEqual(value);
    }),
  );
});

test('nothing makes it throw, and what is cut short is not MessagePack', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), tree, fc.nat(), (noise, value, cut) => {
      decodeMessagePack(noise);
      const whole = encode([value]);
      expect(decodeMessagePack(whole.subarray(0, cut % whole.length))).toBeUndefined();
    }),
  );
});

test('heads that claim much more than the message holds are refused before room is made for them', () => {
  const heads = (head: readonly number[], count: number) =>
    Uint8Array.from(Array.from({ length: count }, () => head).flat());
  const claims = [[0xdc, 0x07, 0xd0], [0xdd, 0, 0, 0x07, 0xd0], [0xde, 0x03, 0xe8], [0x9f]];
  for (const claim of claims) {
    const before = process.memoryUsage().heapUsed;
    expect(decodeMessagePack(heads(claim, 20_000))).toBeUndefined();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20e6);
  }
});

test('depth and number of items are bounded, and allowed up to their bounds', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  expect(decodeMessagePack(encode(nested(maxDepth)))).toEqual(nested(maxDepth));
  expect(decodeMessagePack(encode(nested(maxDepth + 1)))).toBeUndefined();
  const flat = (items: number) => Array.from({ length: items }, () => 1);
  expect(decodeMessagePack(encode(flat(maxItems)))).toEqual(flat(maxItems));
  expect(decodeMessagePack(encode(flat(maxItems + 1)))).toBeUndefined();
});
