/**
 * Receipts and gaps: the city OS's answer to a batch, and the gateway's report of what it had to drop. See docs/feed.md.
 *
 * A receipt says that the readings are *stored* (committed, not merely received), or which were refused and why, or that
 * the number is taken: something else is stored under it. A gap says that the numbers `number`..`last` will never come. Both
 * are numbered like batches; the receipt for a gap carries the gap's first number.
 */

import { hexBytes, toHex } from '../hex.ts';
import { wellFormed } from '../text.ts';
import { type BatchId, badMessage, decodeMap, idEntries, isCount, nameOf, readBatchId } from './batch.ts';
import { encodeCbor } from './cbor.ts';
import { say } from './words.ts';

export const OUTCOMES = ['stored', 'unreadable', 'conflict'] as const;

export interface Refusal {
  /** Position of the reading in the decoded batch, from 0. */
  readonly index: number;
  readonly reason: string;
}

export interface Receipt extends BatchId {
  /**
   * "stored": everything but `refused` is stored. "unreadable": the whole batch could not be read. "conflict": nothing is
   * stored, since another batch has the number.
   */
  readonly outcome: (typeof OUTCOMES)[number];
  readonly refused: readonly Refusal[];
  /** Why the batch is unreadable. */
  readonly reason?: string;
  /** Gaps only: the last number, so that a late receipt never settles a gap that has grown since. */
  readonly last?: number;
  /** Batches only: digest of the message that is answered (digest.ts). Absent from receivers that keep none. */
  readonly digest?: string;
}

export type GapReason = (typeof REASONS)[number];
export interface Gap extends BatchId {
  /** The last number of the gap; `number` is its first. */
  readonly last: number;
  /** How many readings are lost. */
  readonly count: number;
  readonly reason: GapReason;
}

/** "expired": personal data that could not be sent within its retention; "erased": erased by hand. */
const REASONS = ['quota', 'disk-full', 'damaged', 'operator', 'expired', 'erased'] as const;
const KEY = { outcome: 4, refused: 5, reason: 6, gapLast: 7, digest: 8, last: 4, count: 5 };
/** Longest reason kept, in UTF-16 units. */
export const maxReasonLength = 200;

/** Most bytes of a receipt: as many refusals as a batch may hold readings, each with its longest reason. */
export const maxReceiptBytes = 16 * 1024 * 1024;

/** The refusals that mean something for a batch of `count` readings: each reading once, and none that it does not hold. */
export function refusalsOf({ refused }: Pick<Receipt, 'refused'>, count: number): readonly Refusal[] {
  const first = new Map<number, Refusal>();
  for (const refusal of refused) {
    if (refusal.index < count && !first.has(refusal.index)) first.set(refusal.index, refusal);
  }
  return [...first.values()];
}

export function encodeReceipt(receipt: Receipt): Uint8Array {
  const entries: [number, unknown][] = [...idEntries(receipt), [KEY.outcome, OUTCOMES.indexOf(receipt.outcome)]];
  if (receipt.refused.length > 0) {
    entries.push([KEY.refused, receipt.refused.map(({ index, reason }) => [index, reason])]);
  }
  if (receipt.reason !== undefined) entries.push([KEY.reason, receipt.reason]);
  if (receipt.last !== undefined) entries.push([KEY.gapLast, receipt.last]);
  if (receipt.digest !== undefined) entries.push([KEY.digest, hexBytes(receipt.digest)]);
  return encodeCbor(new Map(entries));
}

/** Throws a MachimoriError "bad-message" if the bytes are not a receipt, or are more than `maxReceiptBytes`. */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  const what = say.aReceipt();
  if (bytes.length > maxReceiptBytes) throw badMessage(what, say.receiptTooLong({ max: maxReceiptBytes }));
  const map = decodeMap(bytes, what);
  const outcome = nameOf(OUTCOMES, map.get(KEY.outcome));
  if (outcome === undefined) throw badMessage(what, say.unknownOutcome());
  const refused = map.get(KEY.refused) ?? [];
  if (!Array.isArray(refused)) throw badMessage(what, say.badRefusals());
  const reason = map.get(KEY.reason);
  const last = map.get(KEY.gapLast);
  if (last !== undefined && !isCount(last)) throw badMessage(what, say.badLast());
  const digest = map.get(KEY.digest);
  if (digest !== undefined && !(digest instanceof Uint8Array && digest.length === 8)) {
    throw badMessage(what, say.badDigest());
  }
  return {
    ...readBatchId(map, what),
    outcome,
    refused: refused.map(readRefusal),
    ...(typeof reason === 'string' && { reason: cut(reason) }),
    ...(last !== undefined && { last }),
    ...(digest !== undefined && { digest: toHex(digest) }),
  };
}

export function encodeGap(gap: Gap): Uint8Array {
  return encodeCbor(
    new Map([
      ...idEntries(gap),
      [KEY.last, gap.last],
      [KEY.count, gap.count],
      [KEY.reason, REASONS.indexOf(gap.reason)],
    ]),
  );
}

/** Throws a MachimoriError "bad-message" if the bytes are not a gap. */
export function decodeGap(bytes: Uint8Array): Gap {
  const what = say.aGap();
  const map = decodeMap(bytes, what);
  const id = readBatchId(map, what);
  const last = map.get(KEY.last);
  const count = map.get(KEY.count);
  const reason = nameOf(REASONS, map.get(KEY.reason));
  if (!isCount(last) || last < id.number || !isCount(count) || reason === undefined) {
    throw badMessage(what, say.badGap());
  }
  return { ...id, last, count, reason };
}

function readRefusal(pair: unknown): Refusal {
  if (!Array.isArray(pair) || !isCount(pair[0]) || typeof pair[1] !== 'string') {
    throw badMessage(say.aReceipt(), say.badRefusal());
  }
  return { index: pair[0], reason: cut(pair[1]) };
}

/** Somebody's words, short and well-formed. */
function cut(reason: string): string {
  return wellFormed(reason.slice(0, maxReasonLength));
}
