/** What an outbox sends from: an epoch of its own batches (epoch.ts), or what passes through (passing/passage.ts). */
import type { Lane } from '../../shared/feed/batch.ts';
import type { GapReason } from '../../shared/feed/receipt.ts';
import type { Apply, Outgoing, OutgoingBatch } from './outgoing.ts';

/** A batch as stored. */
export interface Row {
  readonly key: number;
  readonly sealed: number;
  readonly count: number;
  readonly crc: number;
  readonly bytes: Buffer;
}

/** A batch that may be sent or dropped. */
export interface Candidate {
  readonly queue: Queue;
  readonly lane: Lane;
  readonly row: Row;
}

/** A batch whose bytes have changed. */
export interface Damaged {
  readonly kind: 'damaged';
  readonly candidate: Candidate;
}

/** Writes happen inside the caller's transaction; what they return updates memory once it is committed. */
export interface Queue {
  /** Whose. */
  readonly gateway: string;
  /** The next batch's number. */
  readonly next: number;
  /** Batches that wait or are in flight. */
  readonly waiting: Readonly<Record<Lane, number>>;
  /** Their bytes. */
  readonly bytes: number;
  readonly gaps: number;
  readonly batchesInFlight: number;
  has(lane: Lane, number: number): boolean;
  /** The oldest or newest batch of a lane that is not in flight. */
  peek(lane: Lane, which: 'oldest' | 'newest'): Row | undefined;
  /** The first batch of a lane after a number, in flight or not. */
  after(lane: Lane, number: number): Row | undefined;
  /** The oldest batch of a lane that is in flight. */
  peekInFlight(lane: Lane): Row | undefined;
  /** The place in the order of all of the oldest batch of a lane that waits and is not among `answered`. */
  oldestSealed(lane: Lane, answered: readonly Outgoing[]): number | undefined;
  /** Whether the bytes are still what was written. Throws an error that `isDamage` recognises if they are, but another batch's. */
  isWhole(row: Row, lane: Lane): boolean;
  /** Throws an error that `isDamage` recognises if a batch should be there and is not. Call if nothing is left to send. */
  checkNoneIsMissing(): void;
  /** It counts as in flight until `release` or `remove`. */
  send(row: Row, lane: Lane, isOldest: boolean): Outgoing;
  /** Puts the first gap that is not in flight in flight. */
  sendGap(): Outgoing | undefined;
  /** Delivery failed: it waits again. */
  release(outgoing: Outgoing): void;
  /** Marks it as in flight if it is in the file. */
  resume(outgoing: Outgoing): void;
  inFlight(): Outgoing[];
  /** Removes it from the file; false if it is not there. */
  remove(outgoing: Outgoing): Apply | false;
  /** Replaces it with a gap. */
  drop(row: Row, lane: Lane, reason: GapReason): Apply;
  /** Replaces what is in flight with a gap: it cannot be sent as it is. `lost`: how many of its readings go with it. */
  giveUp(outgoing: OutgoingBatch, lost: number): Apply;
}
