/**
 * The receiving half of the feed, for a city OS written in TypeScript.
 *
 *   batch ──▶ decode ──▶ decompress (bounded) ──▶ check each reading ──▶ store, once ──▶ receipt
 *
 * Promise: `store` gets every reading of every batch exactly once, however often the batch arrives, provided that it commits
 * the readings, the batch's id and its digest in one transaction and answers "repeated" for an id it has with that digest,
 * and "conflict" for an id it has with another: a gateway that was set back or copied gives a number twice. Parts of a batch are
 * told from it by `partOf` (parts.ts). A receipt is
 * returned only after `store` has resolved. An unreadable batch gets a receipt too ("unreadable"), so that it never blocks a
 * gateway.
 */
import { FormatError, messageOf } from '../errors.ts';
import type { Reading } from '../reading.ts';
import { type BatchHeader, type Compression, decodeBatch, decodeBody, RECEIVER_BOUNDS } from './batch.ts';
import { digestOf } from './digest.ts';
import { decodeGap, encodeReceipt, type Gap, maxReasonLength, type Refusal } from './receipt.ts';
import { say } from './words.ts';

/** A batch as it arrived. */
export interface ReceivedBatch extends BatchHeader {
  /** Of the message, by `Receiving.digest`. */
  readonly digest: string;
}

export type Stored = 'stored' | 'repeated' | 'conflict';

export interface FeedStore {
  /**
   * Commits readings, id and digest together. If the id is known nothing is stored: "repeated", or "conflict" if its digest is another.
   * `indexes` has each reading's position in the batch. A batch that was too large for a broker may come whole and in parts: of
   * the readings that stand at one place of it (parts.ts) the first to come is to be stored, and no other.
   */
  storeBatch(batch: ReceivedBatch, readings: readonly Reading[], indexes: readonly number[]): Stored | Promise<Stored>;
  /** Commits that the gap's numbers will never come. */
  storeGap(gap: Gap): void | Promise<void>;
}

export interface Receiving {
  readonly store: FeedStore;
  /** Throws if the output would be longer than `maxBytes`. */
  decompress(body: Uint8Array, compression: Compression, maxBytes: number): Uint8Array | Promise<Uint8Array>;
  /** As `digestOf` of digest.ts, which is the default. */
  digest?(message: Uint8Array): string | Promise<string>;
  /** Why the city OS refuses a reading; undefined accepts it. */
  check?(reading: Reading): string | undefined;
  /** Bound on a decompressed body. */
  readonly maxBodyBytes?: number;
  readonly maxReadings?: number;
}

/** Takes in a batch and returns the receipt's bytes. Rejects if the message is not a batch, or the store fails. */
export async function receiveBatch(message: Uint8Array, receiving: Receiving): Promise<Uint8Array> {
  const { header, body } = decodeBatch(message);
  const digest = await (receiving.digest ?? digestOf)(message);
  const { maxBodyBytes = RECEIVER_BOUNDS.bodyBytes, maxReadings = RECEIVER_BOUNDS.readings } = receiving;
  let readings: readonly Reading[];
  try {
    readings = decodeBody(header, await receiving.decompress(body, header.compression, maxBodyBytes), maxReadings);
    if (readings.length !== header.count) {
      throw new FormatError(say.wrongReadingCount({ given: readings.length, expected: header.count }));
    }
  } catch (fault) {
    return encodeReceipt({
      ...header,
      digest,
      outcome: 'unreadable',
      refused: [],
      reason: messageOf(fault).slice(0, maxReasonLength), // in English: it goes over the wire
    });
  }
  const refused = refusals(readings, receiving.check);
  const refusedIndexes = new Set(refused.map(({ index }) => index));
  const isTaken = (index: number) => !refusedIndexes.has(index);
  const all = Array.from(readings.keys());
  const indexes = refused.length === 0 ? all : all.filter(isTaken);
  const taken = refused.length === 0 ? readings : readings.filter((_, index) => isTaken(index));
  const stored = await receiving.store.storeBatch({ ...header, digest }, taken, indexes);
  if (stored === 'conflict') return encodeReceipt({ ...header, digest, outcome: 'conflict', refused: [] });
  return encodeReceipt({ ...header, digest, outcome: 'stored', refused });
}

/** Takes in a gap and returns the receipt's bytes. */
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
