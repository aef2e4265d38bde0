import { expect, test } from 'vitest';
import { decodeReceipt } from '../../../shared/feed/receipt.ts';
import { receiveBatch } from '../../../shared/feed/receive.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, BufferRig, CITY, takeAll } from './buffer-rig.ts';

/** Readings of many values: each alone is within READING_BOUNDS. */
function wide(count: number, values: (n: number, i: number) => [string, number | string], each = 256): Reading[] {
  return Array.from({ length: count }, (_, n) => ({
    device: 'device-01',
    kind: 'measurement' as const,
    observedAt: AT + n,
    values: Object.fromEntries(Array.from({ length: each }, (_, i) => values(n, i))),
  }));
}

test.each([
  ['columns', 'more values than a receiver takes', wide(3_000, (n, i) => [`v${i}`, n * i])],
  ['columns', 'a column for each value', wide(2_000, (n, i) => [`v${n}-${i}`, n])],
  ['columns', 'long texts', wide(40, (n, i) => [`t${i}`, `${n} ${i} `.padEnd(4_000, 'あ')])],
  ['senml', 'more records than a receiver takes', wide(1_500, (n, i) => [`v${i}`, n + i])],
] as const)(
  'a batch in %s with %s is sealed as several that a receiver takes',
  async (encoding, _what, readings) => {
    const rig = new BufferRig({ batchReadings: 50_000, outboxes: [{ ...CITY, encoding }], maxBytes: 400_000_000 });
    const buffer = rig.open();
    await rig.put(buffer, readings);
    buffer.sealOpen();
    const stored: Reading[] = [];
    const taken = takeAll(buffer);
    for (const outgoing of taken) {
      if (outgoing.kind !== 'batch') throw new Error('a gap');
      const receipt = await receiveBatch(outgoing.batch.bytes, {
        decompress: (body) => body,
        store: {
          storeBatch: (_batch, of) => {
            stored.push(...of);
            return 'stored';
          },
          storeGap: () => {},
        },
      });
      expect(decodeReceipt(receipt)).toMatchObject({ outcome: 'stored', refused: [] });
    }
    expect(taken.length).toBeGreaterThan(1);
    expect(stored.sort((a, b) => a.observedAt - b.observedAt)).toEqual(readings);
  },
  60_000,
);
