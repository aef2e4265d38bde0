import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCbor, encodeCbor } from '../../../shared/feed/cbor.ts';
import { decodeGap, decodeReceipt, encodeGap, encodeReceipt, maxReasonLength } from '../../../shared/feed/receipt.ts';
import { hostileBytes } from './hostile.ts';
import { anyGap, anyReceipt } from './messages.ts';

const id = { gateway: 'gw-1', epoch: '0123456789abcdef', number: 7 };

test('any receipt comes back as it was', () => {
  fc.assert(fc.property(anyReceipt, (receipt) => void expect(decodeReceipt(encodeReceipt(receipt))).toEqual(receipt)));
});

test('any gap comes back as it was', () => {
  fc.assert(fc.property(anyGap, (gap) => void expect(decodeGap(encodeGap(gap))).toEqual(gap)));
});

test('a long reason is cut', () => {
  const reason = 'x'.repeat(maxReasonLength + 1);
  const receipt = decodeReceipt(encodeReceipt({ ...id, outcome: 'stored', refused: [{ index: 0, reason }] }));
  expect(receipt.refused[0]?.reason).toHaveLength(maxReasonLength);
});

test('a receipt without an outcome deletes nothing: it is refused', () => {
  const entries = [
    [0, 1],
    [1, 'gw-1'],
    [2, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)],
    [3, 7],
  ] as const;
  for (const outcome of [undefined, null, false, '', [], 3]) {
    const bytes = encodeCbor(new Map<number, unknown>([...entries, [4, outcome]]));
    expect(() => decodeReceipt(bytes)).toThrow(expect.objectContaining({ code: 'bad-message' }));
  }
});

test('a digest is 8 bytes: a receipt with another answers nothing', () => {
  for (const digest of [7, '', 'deadbeefdeadbeef', null, new Uint8Array(7), new Uint8Array(9)]) {
    const receipt = decodeCbor(encodeReceipt({ ...id, outcome: 'conflict', refused: [] }));
    if (!(receipt instanceof Map)) throw new Error('a receipt is a map');
    const bytes = encodeCbor(receipt.set(8, digest));
    expect(() => decodeReceipt(bytes)).toThrow(expect.objectContaining({ code: 'bad-message' }));
  }
});

test('a gap that ends before it begins is refused', () => {
  const bytes = encodeGap({ ...id, last: 6, count: 1, reason: 'quota' });
  expect(() => decodeGap(bytes)).toThrow(expect.objectContaining({ code: 'bad-message' }));
});

test.each([
  ['receipt', decodeReceipt, encodeReceipt({ ...id, outcome: 'stored', refused: [{ index: 1, reason: 'no' }] })],
  ['gap', decodeGap, encodeGap({ ...id, last: 9, count: 40, reason: 'quota' })],
])('a hostile %s is an error with a code, never anything else', (_what, decode, good) => {
  fc.assert(
    fc.property(hostileBytes(good), (bytes) => {
      try {
        decode(bytes);
      } catch (fault) {
        expect(fault).toMatchObject({ name: 'MachimoriError', code: 'bad-message' });
      }
    }),
    { numRuns: 2_000 },
  );
});
