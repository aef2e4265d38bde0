/** A batch that was split, in whatever pieces and order it comes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from '../../../gateway/buffer/digest.ts';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import { decodeBatch, type SealedBatch } from '../../../shared/feed/batch.ts';
import { newIndexes, type Piece, wholeOf } from '../../../shared/feed/parts.ts';
import { decodeReceipt } from '../../../shared/feed/receipt.ts';
import { type Receiving, receiveBatch } from '../../../shared/feed/receive.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, BufferRig, CITY, takeAll } from '../../gateway/buffer/buffer-rig.ts';

/** Of three devices in turn, so that a body in columns has them in another order than they came. */
const readings: readonly Reading[] = Array.from({ length: 16 }, (_, n) => ({
  device: `gauge-${n % 3}`,
  kind: 'water-level',
  observedAt: AT + n * 1_000,
  values: { level: n },
}));

/** A batch, its parts, and the parts of its parts. */
async function piecesOf(encoding: 'columns' | 'senml'): Promise<readonly SealedBatch[]> {
  const rig = new BufferRig({ batchReadings: 16, outboxes: [{ ...CITY, encoding, compression: 'none' }] });
  const buffer = rig.open();
  await rig.put(buffer, [...readings]);
  const pieces: SealedBatch[] = [];
  for (let round = 0; round < 3; round++) {
    const batches = takeAll(buffer)
      .flatMap((outgoing: Outgoing) => (outgoing.kind === 'batch' ? [outgoing.batch] : []))
      .toSorted((a, b) => a.number - b.number);
    pieces.push(...batches);
    for (const batch of batches) buffer.split('city', { kind: 'batch', batch }, 'larger than the broker takes');
  }
  return pieces;
}

class City {
  readonly stored: Reading[] = [];
  readonly #known = new Set<string>();
  readonly #pieces: Piece[] = [];

  async take(bytes: Uint8Array): Promise<void> {
    const receipt = decodeReceipt(await receiveBatch(bytes, this.#receiving));
    expect(receipt).toMatchObject({ outcome: 'stored', digest: digestOf(bytes) });
  }

  readonly #receiving: Receiving = {
    decompress: (body) => body,
    check: ({ values }) => (values.level === 5 ? 'not ours' : undefined),
    store: {
      storeBatch: (batch, taken, indexes) => {
        const id = `${batch.epoch} ${batch.number}`;
        if (this.#known.has(id)) return 'repeated';
        this.#known.add(id);
        const { first } = wholeOf(batch);
        const fresh = new Set(newIndexes(first, indexes, this.#pieces));
        this.#pieces.push({ first, count: batch.count });
        this.stored.push(...taken.filter((_, i) => fresh.has(indexes[i] ?? -1)));
        return 'stored';
      },
      storeGap: () => {},
    },
  };
}

test.each(['columns', 'senml'] as const)(
  'whole, in parts and in parts of parts, in any order and any selection that has everything: in %s each reading is stored once',
  async (encoding) => {
    const pieces = await piecesOf(encoding);
    expect(pieces).toHaveLength(1 + 2 + 4);
    const [whole, ...parts] = pieces.map(({ bytes }) => decodeBatch(bytes).header);
    for (const { partOf } of parts) expect(partOf).toMatchObject({ epoch: whole?.epoch, number: whole?.number });
    expect(parts.map(({ partOf }) => partOf?.first)).toEqual([0, 8, 0, 4, 8, 12]);
    const ways = fc.shuffledSubarray(pieces.slice(0, -4)).chain((some) => {
      const all = [...some, ...some, ...pieces.slice(-4)]; // the smallest always come
      return fc.shuffledSubarray(all, { minLength: all.length });
    });
    await fc.assert(
      fc.asyncProperty(ways, async (way) => {
        const city = new City();
        for (const { bytes } of way) await city.take(bytes);
        const levels = city.stored.map(({ values }) => Number(values.level)).sort((a, b) => a - b);
        expect(levels).toEqual(readings.map((_, n) => n).filter((n) => n !== 5));
      }),
    );
  },
);
