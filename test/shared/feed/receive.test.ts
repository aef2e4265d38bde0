import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BatchHeader, encodeBatch, encodeBody } from '../../../shared/feed/batch.ts';
import { decodeReceipt, encodeGap, type Receipt } from '../../../shared/feed/receipt.ts';
import { type FeedStore, type Receiving, receiveBatch, receiveGap } from '../../../shared/feed/receive.ts';
import type { Reading } from '../../../shared/reading.ts';
import { hostileBytes } from './hostile.ts';
import { anyReading, bySeries } from './readings.ts';

const id = { gateway: 'gw-1', epoch: '0123456789abcdef', number: 7 };
const header = (count: number): BatchHeader => ({
  ...id,
  lane: 'routine',
  count,
  encoding: 'columns',
  compression: 'none',
});
const batch = (readings: readonly Reading[]) =>
  encodeBatch(header(readings.length), encodeBody('columns', readings).body);
const gauge = (level: number): Reading => ({ device: 'g', kind: 'water-level', observedAt: 1, values: { level } });

/** A store in memory that keeps the promise of FeedStore. */
function receiving(options: Partial<Receiving> = {}) {
  const stored: Reading[] = [];
  const known = new Map<number, string>();
  const store: FeedStore = {
    storeBatch({ number, digest }, readings) {
      if (known.has(number)) return known.get(number) === digest ? 'repeated' : 'conflict';
      known.set(number, digest);
      stored.push(...readings);
      return 'stored';
    },
    storeGap: ({ number }) => void known.set(number, ''),
  };
  const decompress: Receiving['decompress'] = (body, compression, maxOutputLength) =>
    compression === 'deflate' ? inflateRawSync(body, { maxOutputLength }) : body;
  return { stored, known, options: { store, decompress, ...options } };
}

test('every reading of a batch is stored once, however often the batch comes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyReading, { maxLength: 20 }), fc.integer({ min: 1, max: 3 }), async (readings, n) => {
      const { stored, options } = receiving();
      for (let i = 0; i < n; i++) {
        const receipt = decodeReceipt(await receiveBatch(batch(readings), options));
        const digest = createHash('sha256').update(batch(readings)).digest('hex').slice(0, 16);
        expect(receipt).toEqual({ ...id, outcome: 'stored', refused: [], digest });
      }
      expect(stored).toEqual(bySeries(readings));
    }),
  );
});

test('another batch under a number that is stored is a conflict: nothing of it is stored, and the answer names its bytes', async () => {
  const { stored, options } = receiving({ check: () => undefined });
  const [first, other] = [batch([gauge(1)]), batch([gauge(2)])];
  const receipts: Receipt[] = [];
  for (const message of [first, other, first]) receipts.push(decodeReceipt(await receiveBatch(message, options)));
  expect(receipts.map(({ outcome }) => outcome)).toEqual(['stored', 'conflict', 'stored']);
  expect(receipts[1]?.digest).not.toBe(receipts[0]?.digest);
  expect(receipts[2]).toEqual(receipts[0]);
  expect(stored).toEqual([gauge(1)]);
});

test('a refused reading is named by its place in the body and not stored', async () => {
  const check = ({ values }: Reading) => (values.level === 99 ? 'too high' : undefined);
  const { stored, options } = receiving({ check });
  const receipt = decodeReceipt(await receiveBatch(batch([gauge(1), gauge(99), gauge(2)]), options));
  expect(receipt.refused).toEqual([{ index: 1, reason: 'too high' }]);
  expect(stored).toEqual([gauge(1), gauge(2)]);
});

test.each([
  ['does not decompress', encodeBatch({ ...header(1), compression: 'deflate' }, Uint8Array.of(255)), {}],
  ['is no columns', encodeBatch(header(1), Uint8Array.of(1)), {}],
  ['holds another number of readings than it says', encodeBatch(header(2), encodeBody('columns', [gauge(1)]).body), {}],
  ['holds more readings than the receiver takes', batch([gauge(1), gauge(2)]), { maxReadings: 1 }],
])('a body that %s is answered "unreadable", and nothing is stored', async (_what, message, bounds) => {
  const { stored, known, options } = receiving(bounds);
  const receipt = decodeReceipt(await receiveBatch(message, options));
  expect(receipt).toMatchObject({ ...id, outcome: 'unreadable', reason: expect.stringMatching(/./) });
  expect([stored, known.size]).toEqual([[], 0]);
});

test('the bound of a body is what the decompressor is given', async () => {
  const bounds: number[] = [];
  const decompress: Receiving['decompress'] = (body, _compression, maxBytes) => {
    bounds.push(maxBytes);
    return body;
  };
  await receiveBatch(batch([gauge(1)]), receiving({ decompress, maxBodyBytes: 1234 }).options);
  expect(bounds).toEqual([1234]);
});

test('without a commit there is no receipt', async () => {
  const failing: FeedStore = {
    storeBatch: () => Promise.reject(new Error('disk full')),
    storeGap: () => Promise.reject(new Error('disk full')),
  };
  const { options } = receiving({ store: failing });
  await expect(receiveBatch(batch([gauge(1)]), options)).rejects.toThrow('disk full');
  const gap = encodeGap({ ...id, last: 9, count: 40, reason: 'quota' });
  await expect(receiveGap(gap, options)).rejects.toThrow('disk full');
});

test('a gap is stored and answered for its first number, with its last', async () => {
  const { known, options } = receiving();
  const gap = encodeGap({ ...id, last: 9, count: 40, reason: 'quota' });
  expect(decodeReceipt(await receiveGap(gap, options))).toEqual({ ...id, outcome: 'stored', refused: [], last: 9 });
  expect([...known.keys()]).toEqual([7]);
});

test('hostile messages are answered or are an error with a code, never anything else', async () => {
  const { options } = receiving();
  await fc.assert(
    fc.asyncProperty(hostileBytes(batch([gauge(1)])), async (bytes) => {
      for (const receive of [receiveBatch, receiveGap]) {
        await receive(bytes, options).then(decodeReceipt, (fault) =>
          expect(fault).toMatchObject({ name: 'MachimoriError', code: 'bad-message' }),
        );
      }
    }),
    { numRuns: 1_000 },
  );
});
