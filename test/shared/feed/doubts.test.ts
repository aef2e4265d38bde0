import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBatch, decodeBody, ENCODINGS, encodeBatch, encodeBody } from '../../../shared/feed/batch.ts';
import { encodeCbor } from '../../../shared/feed/cbor.ts';
import { encodeDoubts, withDoubts } from '../../../shared/feed/doubts.ts';
import { decodeReceipt } from '../../../shared/feed/receipt.ts';
import { receiveBatch } from '../../../shared/feed/receive.ts';
import { VarintWriter } from '../../../shared/feed/varint.ts';
import type { Reading } from '../../../shared/reading.ts';
import { readBatch } from './outsider.ts';
import { anyReading, bySeries } from './readings.ts';

const header = {
  gateway: 'gw-1',
  epoch: '0123456789abcdef',
  number: 1,
  lane: 'routine',
  encoding: 'columns',
  compression: 'none',
} as const;

/** Some of them in doubt about some quantities, with values or without. */
const doubtfulReading = fc
  .tuple(
    anyReading,
    fc.uniqueArray(fc.constantFrom('lat', 'level', '水位'), { minLength: 1 }).map((each) => each.sort()),
  )
  .map(([reading, doubtful]): Reading => (reading.quality === undefined ? reading : { ...reading, doubtful }));

test.each(ENCODINGS)('which quantities are in doubt comes back from %s, and an outsider reads the same', (encoding) => {
  fc.assert(
    fc.property(fc.array(doubtfulReading, { maxLength: 40 }), (readings) => {
      const { body, doubts } = encodeBody(encoding, readings);
      const message = encodeBatch({ ...header, encoding, count: readings.length, doubts }, body);
      const read = decodeBatch(message);
      const expected = (encoding === 'columns' ? bySeries(readings) : readings).map(({ doubtful }) => doubtful);
      const again = decodeBody(read.header, read.body, 1000);
      expect(again.map(({ doubtful }) => doubtful?.toSorted())).toEqual(expected);
      expect(readBatch(message).readings.map(({ doubtful }) => doubtful?.toSorted())).toEqual(expected);
    }),
  );
});

test('a quantity in doubt throughout costs a few bytes, and a batch without such doubt has no such key', () => {
  const reading = { device: 'a', kind: 'measurement', observedAt: 5, values: { t: 1 }, quality: 'stale' } as const;
  const all = Array.from({ length: 500 }, () => ({ ...reading, doubtful: ['t'] }));
  expect([...(encodeDoubts(all)?.get('t') ?? [])]).toEqual([0, (500 % 128) | 128, 3]);
  const { body, doubts } = encodeBody('columns', [reading]);
  expect(doubts).toBeUndefined();
  expect(decodeBatch(encodeBatch({ ...header, count: 1, doubts }, body)).header).not.toHaveProperty('doubts');
});

const runs = (...numbers: number[]) => {
  const varints = new VarintWriter(16);
  for (const number of numbers) varints.unsigned(number);
  return varints.bytes();
};

test.each([
  ['of readings that are not there', new Map([['level', runs(0, 2)]])],
  ['far beyond them', new Map([['level', runs(2 ** 50, 2 ** 50)]])],
  ['without an end', new Map([['level', runs(0)]])],
  ['that are no runs', new Map([['level', 7]])],
  ['of quantities without names', new Map([[7, runs(0, 1)]])],
  ['that are a number', 7],
])('doubts %s make the batch unreadable, which is answered', async (_, doubts) => {
  const { body } = encodeBody('columns', [{ device: 'a', kind: 'measurement', observedAt: 5, values: { level: 1 } }]);
  const members = new Map<number, unknown>([
    [0, 1],
    [1, 'gw-1'],
    [2, new Uint8Array(8)],
    [3, 1],
    [4, 0],
    [5, 1],
    [6, 0],
    [7, 0],
    [8, body],
    [9, doubts],
  ]);
  const store = { storeBatch: () => 'stored' as const, storeGap: () => {} };
  const receipt = await receiveBatch(encodeCbor(members), { store, decompress: (bytes) => bytes });
  expect(decodeReceipt(receipt)).toMatchObject({ outcome: 'unreadable' });
});

test('doubts that claim more marks than a receiver takes are refused before they take memory', () => {
  const readings = Array.from(
    { length: 100_000 },
    (): Reading => ({ device: 'a', kind: 'measurement', observedAt: 5, values: {} }),
  );
  const doubts = new Map(Array.from({ length: 6 }, (_, i) => [`q${i}`, runs(0, 100_000)]));
  expect(() => withDoubts(readings, doubts)).toThrow(/doubts/);
});
