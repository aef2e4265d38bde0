/**
 * The receiving half of the feed, for a city OS written in TypeScript.
 *
 *   batch ──▶ decode ──▶ decompress (bounded) ──▶ check each reading ──▶ store, once ──▶ receipt
 *
 * Promise: every reading of every batch is handed to `store` exactly once, however often the batch arrives, as long as
 * `store` commits the readings and the batch's id in one transaction and answers "repeated" for an id it has. A receipt
 * is returned only after `store` has resolved. What cannot be read is answered too ("unreadable"), so that one bad batch
 * never blocks a gateway.
 */
import { messageOf } from '../errors.ts';
import type { Reading } from '../reading.ts';
import { type BatchHeader, type Compression, decodeBatch, decodeBody } from './batch.ts';
import { decodeGap, encodeReceipt, type Gap, maxReasonLength, type Refusal } from './receipt.ts';

export interface FeedStore {
  /** Commits readings and id together; "repeated" (and nothing stored) where the id is known. */
  storeBatch(header: BatchHeader, readings: readonly Reading[]): 'stored' | 'repeated' | Promise<'stored' | 'repeated'>;
  /** Commits that the numbers of the gap will never come. */
  storeGap(gap: Gap): void | Promise<void>;
}

export interface Receiving {
  readonly store: FeedStore;
  /** Throws where the output would be longer than `maxBytes`. */
  decompress(body: Uint8Array, compression: Compression, maxBytes: number): Uint8Array | Promise<Uint8Array>;
  /** The reason for which the city OS refuses a reading; undefined accepts it. */
  check?(reading: Reading): string | undefined;
  /** Bound of a body after decompression. */
  readonly maxBodyBytes?: number;
  readonly maxReadings?: number;
}

/** Takes one batch in and returns the receipt's bytes. Rejects where the message is no batch, or the store failed. */
export async function receiveBatch(message: Uint8Array, receiving: Receiving): Promise<Uint8Array> {
  const { header, body } = decodeBatch(message);
  const { maxBodyBytes = 16 * 1024 * 1024, maxReadings = 100_000 } = receiving;
  let readings: Reading[];
  try {
    readings = decodeBody(
      header.encoding,
      await receiving.decompress(body, header.compression, maxBodyBytes),
      maxReadings,
    );
    if (readings.length !== header.count)
      throw new RangeError(`it holds ${readings.length} readings, not ${header.count}`);
  } catch (fault) {
    return encodeReceipt({
      ...header,
      outcome: 'unreadable',
      refused: [],
      reason: messageOf(fault).slice(0, maxReasonLength),
    });
  }
  const refused = refusals(readings, receiving.check);
  const taken = refused.length === 0 ? readings : without(readings, refused);
  await receiving.store.storeBatch(header, taken);
  return encodeReceipt({ ...header, outcome: 'stored', refused });
}

/** Takes one gap in and returns the receipt's bytes. */
export async function receiveGap(message: Uint8Array, receiving: Receiving): Promise<Uint8Array> {
  const gap = decodeGap(message);
  await receiving.store.storeGap(gap);
  const { gateway, epoch, number, last } = gap;
  return encodeReceipt({ gateway, epoch, number, outcome: 'stored', refused: [], last });
}

function refusals(readings: readonly Reading[], check: Receiving['check']): Refusal[] {
  if (check === undefined) return [];
  return readings.flatMap((reading, index) => {
    const reason = check(reading);
    return reason === undefined ? [] : [{ index, reason }];
  });
}

function without(readings: readonly Reading[], refused: readonly Refusal[]): Reading[] {
  const indexes = new Set(refused.map(({ index }) => index));
  return readings.filter((_, index) => !indexes.has(index));
}
