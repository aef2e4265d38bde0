/**
 * Receipts and gaps: the city OS's word on a batch, and the gateway's word on what it had to drop. See docs/feed.md.
 *
 * A receipt says that the readings are *stored* (committed, not merely received), or which of them were refused and why.
 * A gap says that the numbers `number`..`last` will never come. Both are numbered like batches, and a gap is answered by
 * a receipt for its first number.
 */
import { type BatchId, badMessage, decodeMap, idEntries, isCount, nameOf, readBatchId } from './batch.ts';
import { encodeCbor } from './cbor.ts';

export interface Refusal {
  /** Position of the reading in the decoded batch, from 0. */
  readonly index: number;
  readonly reason: string;
}

export interface Receipt extends BatchId {
  /** "stored": everything but `refused` is stored. "unreadable": the batch as a whole could not be read. */
  readonly outcome: 'stored' | 'unreadable';
  readonly refused: readonly Refusal[];
  /** Why the batch is unreadable. */
  readonly reason?: string;
  /** For a gap, and only for a gap: its last number, so that a late receipt never answers a gap that has grown. */
  readonly last?: number;
}

export type GapReason = 'quota' | 'disk-full' | 'damaged' | 'operator';
export interface Gap extends BatchId {
  /** The last number of the gap; `number` is its first. */
  readonly last: number;
  /** How many readings are lost. */
  readonly count: number;
  readonly reason: GapReason;
}

const OUTCOMES = ['stored', 'unreadable'] as const;
const REASONS = ['quota', 'disk-full', 'damaged', 'operator'] as const satisfies readonly GapReason[];
const KEY = { outcome: 4, refused: 5, reason: 6, gapLast: 7, last: 4, count: 5 };
/** Longest reason kept of a refusal, in UTF-16 units. */
export const maxReasonLength = 200;

export function encodeReceipt(receipt: Receipt): Uint8Array {
  const entries: [number, unknown][] = [...idEntries(receipt), [KEY.outcome, OUTCOMES.indexOf(receipt.outcome)]];
  if (receipt.refused.length > 0) {
    entries.push([KEY.refused, receipt.refused.map(({ index, reason }) => [index, reason])]);
  }
  if (receipt.reason !== undefined) entries.push([KEY.reason, receipt.reason]);
  if (receipt.last !== undefined) entries.push([KEY.gapLast, receipt.last]);
  return encodeCbor(new Map(entries));
}

/** Throws a MachimoriError "bad-message" where the bytes are no receipt. */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  const map = decodeMap(bytes, 'a receipt');
  const outcome = nameOf(OUTCOMES, map.get(KEY.outcome));
  if (outcome === undefined) throw badMessage('a receipt', 'its outcome is unknown');
  const refused = map.get(KEY.refused) ?? [];
  if (!Array.isArray(refused)) throw badMessage('a receipt', 'its refusals are no array');
  const reason = map.get(KEY.reason);
  const last = map.get(KEY.gapLast);
  if (last !== undefined && !isCount(last)) throw badMessage('a receipt', 'its last number is no number');
  return {
    ...readBatchId(map, 'a receipt'),
    outcome,
    refused: refused.map(readRefusal),
    ...(typeof reason === 'string' && { reason: reason.slice(0, maxReasonLength) }),
    ...(last !== undefined && { last }),
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

/** Throws a MachimoriError "bad-message" where the bytes are no gap. */
export function decodeGap(bytes: Uint8Array): Gap {
  const map = decodeMap(bytes, 'a gap');
  const id = readBatchId(map, 'a gap');
  const last = map.get(KEY.last);
  const count = map.get(KEY.count);
  const reason = nameOf(REASONS, map.get(KEY.reason));
  if (!isCount(last) || last < id.number || !isCount(count) || reason === undefined) {
    throw badMessage('a gap', 'its range, count or reason is missing');
  }
  return { ...id, last, count, reason };
}

function readRefusal(pair: unknown): Refusal {
  if (!Array.isArray(pair) || !isCount(pair[0]) || typeof pair[1] !== 'string') {
    throw badMessage('a receipt', 'a refusal is not [index, reason]');
  }
  return { index: pair[0], reason: pair[1].slice(0, maxReasonLength) };
}
