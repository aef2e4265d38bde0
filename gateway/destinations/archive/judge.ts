/**
 * Which of a group are new, from what the database knows of them: pure, and the same for every engine.
 *
 * A known number with the same digest is a repeat, with another a conflict. Of a batch that was split because it was too large for a
 * broker (shared/feed/parts.ts), each place is stored once, whether it comes whole or in parts first. A group is judged in order,
 * each batch as if those before it were stored already.
 */
import { newIndexes, type Piece, wholeOf } from '../../../shared/feed/parts.ts';
import type { Refusal } from '../../../shared/feed/receipt.ts';
import {
  type Incoming,
  type IncomingBatch,
  type IncomingGap,
  type Key,
  keyOf,
  type Row,
  type Written,
} from './history.ts';

export interface KnownBatch {
  readonly digest: string;
  readonly refused: readonly Refusal[];
}

/** A piece of a batch that came, or may come, whole too. */
export interface KnownPiece extends Piece {
  readonly digest: string;
}

/** By `keyOf`. */
export interface Known {
  readonly batches: ReadonlyMap<string, KnownBatch>;
  /** Of whole batches. */
  readonly pieces: ReadonlyMap<string, readonly KnownPiece[]>;
}

export interface NewBatch {
  readonly batch: IncomingBatch;
  readonly rows: readonly Row[];
}

export interface Judgement {
  readonly batches: readonly NewBatch[];
  readonly gaps: readonly IncomingGap[];
  /** One for each of the group, in its order. */
  readonly written: readonly Written[];
}

/** The keys that must be looked up: of each batch, and of the batch that it is a part of. */
export function keysToKnow(group: readonly Incoming[]): Key[] {
  const keys = new Map<string, Key>();
  for (const each of group) {
    if (each.kind === 'gap') continue;
    for (const key of [each, wholeKey(each)]) keys.set(keyOf(key), key);
  }
  return [...keys.values()];
}

export function judge(group: readonly Incoming[], known: Known): Judgement {
  const batches = new Map(known.batches);
  const pieces = new Map<string, readonly KnownPiece[]>(known.pieces);
  const fresh: NewBatch[] = [];
  const written = group.map((each): Written => {
    if (each.kind === 'gap') return { outcome: 'stored', refused: [] };
    const before = batches.get(keyOf(each));
    if (before !== undefined) {
      return before.digest === each.digest ? { outcome: 'repeated', refused: before.refused } : { outcome: 'conflict' };
    }
    fresh.push({ batch: each, rows: newRows(each, batches, pieces) });
    batches.set(keyOf(each), each);
    if (each.partOf !== undefined) {
      const whole = keyOf(wholeKey(each));
      const piece = { digest: each.partOf.digest, first: each.partOf.first, count: each.count };
      pieces.set(whole, [...(pieces.get(whole) ?? []), piece]);
    }
    return { outcome: 'stored', refused: each.refused };
  });
  return { batches: fresh, gaps: group.filter((each) => each.kind === 'gap'), written };
}

function newRows(
  batch: IncomingBatch,
  batches: ReadonlyMap<string, KnownBatch>,
  pieces: ReadonlyMap<string, readonly KnownPiece[]>,
): readonly Row[] {
  const whole = wholeOf(batch);
  const key = keyOf(wholeKey(batch));
  if (batch.partOf !== undefined && batches.get(key)?.digest === whole.digest) return [];
  const known = (pieces.get(key) ?? []).filter(({ digest }) => digest === whole.digest);
  if (known.length === 0) return batch.rows;
  const isNew = new Set(newIndexes(whole.first, batch.rows.map(({ index }) => index), known)); // biome-ignore format: one thought
  return batch.rows.filter(({ index }) => isNew.has(index));
}

function wholeKey(batch: IncomingBatch): Key {
  const { epoch, number } = wholeOf(batch);
  return { tenant: batch.tenant, gateway: batch.gateway, epoch, number };
}
