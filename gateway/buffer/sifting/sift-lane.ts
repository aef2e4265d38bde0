/** Gives up readings of batches that wait, a stretch of one lane at a time. */
import { LANES, type Lane } from '../../../shared/feed/batch.ts';
import type { Outbox } from '../outbox.ts';
import type { Candidate, Queue } from '../queue.ts';
import { numberOfKey } from '../schema.ts';
import type { Store } from '../store.ts';
import { dropSome } from './drop-some.ts';
import { type Sieve, type Sifted, siftBatch, siftReadings } from './sift-batch.ts';

/** Batches looked at in one go: each is decompressed, and nothing else happens meanwhile. */
export const batchesAtOnce = 64;

export interface Place {
  readonly outbox: Outbox;
  readonly queue: Queue;
  readonly lane: Lane;
}

/** Everywhere that batches wait. */
export function placesOf(store: Store): Place[] {
  return [...store.outboxes.values()].flatMap((outbox) =>
    outbox.queues.flatMap((queue) => LANES.map((lane) => ({ outbox, queue, lane }))),
  );
}

export interface Looked {
  /** Number of the last batch that was looked at; undefined if there was none. */
  readonly last: number | undefined;
  /** Whether there may be more of them. */
  readonly isMore: boolean;
  /** When the first of the readings that stay is to be given up, epoch ms. */
  readonly dueAt: number;
  /** Readings given up. */
  readonly gone: number;
}

/**
 * Sifts the batches of a lane with numbers above `after`, up to `end`; at most `batchesAtOnce`. What is sealed anew stands behind them. A
 * batch that cannot be read goes as damaged, since nobody can tell what it holds. Throws SQLite's errors.
 */
export function siftLane(
  store: Store,
  place: Place,
  { after, end }: { after: number; end: number },
  sieve: Sieve,
): Looked {
  const { outbox, queue, lane } = place;
  const found: { readonly candidate: Candidate; readonly sifted: Sifted }[] = [];
  let last: number | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let looked = 0;
  for (; looked < batchesAtOnce; looked++) {
    const row = queue.after(lane, last ?? after);
    if (row === undefined || numberOfKey(row.key) > end) break;
    last = numberOfKey(row.key);
    const candidate = { queue, lane, row };
    const sifted = queue.isWhole(row, lane) ? siftBatch(row, sieve) : undefined;
    if (sifted === undefined) store.dropDamaged(candidate);
    else if (sifted.gone > 0) found.push({ candidate, sifted });
    else dueAt = Math.min(dueAt, sifted.dueAt);
  }
  if (found.length > 0) {
    store.transact((numbers) =>
      found.flatMap(({ candidate, sifted }) =>
        queue.has(lane, numberOfKey(candidate.row.key)) // it may have gone to make room for this very transaction
          ? dropSome(outbox, candidate, sifted, { reason: sieve.reason, numbers, sealed: store.nextSealed() })
          : [],
      ),
    );
  }
  const gone = found.reduce((sum, { sifted }) => sum + sifted.gone, 0);
  return { last, isMore: looked === batchesAtOnce, dueAt, gone };
}

/** Sifts what is not sealed yet, and returns how many readings were given up. Throws SQLite's errors. */
export function siftOpen(store: Store, sieve: Sieve): number {
  if (siftReadings(store.openSet.readings, sieve).gone === 0) return 0;
  let gone = 0;
  store.transact((numbers) => {
    const { readings } = store.openSet; // what was there may have been sealed to make room for this very transaction
    const stay = siftReadings(readings, sieve).runs.flatMap((run) => run.readings);
    const staying = new Set(stay);
    const given = readings.filter((reading) => !staying.has(reading));
    gone = given.length;
    store.nextSealed(); // there is something to take
    const told = [...store.outboxes.values()].flatMap((outbox) => outbox.dropOpen(given, sieve.reason, numbers));
    return [store.openSet.keep(stay), ...told];
  });
  return gone;
}

/** Sifts what waits for the clock, and returns how many readings were given up. Throws SQLite's errors. */
export function siftHeld(store: Store, { staysUntil, now, reason }: Sieve): number {
  if (store.held.size === 0) return 0;
  let gone = 0;
  store.transact((numbers) => {
    const { given, apply } = store.held.sift((reading) => staysUntil(reading) > now);
    gone = given.length;
    if (gone > 0) store.nextSealed(); // there is something to take
    return [apply, ...[...store.outboxes.values()].flatMap((outbox) => outbox.dropOpen(given, reason, numbers))];
  });
  return gone;
}

/** Sifts what was refused, and returns how many readings were given up: they are receipted, and no gap is due. Throws SQLite's errors. */
export function siftRefused(store: Store, { staysUntil, now }: Sieve): number {
  const ids = [...store.refused.list()].flatMap(({ id, reading }) =>
    reading !== undefined && staysUntil(reading) <= now ? [id] : [],
  );
  if (ids.length > 0) {
    store.transact(() => {
      store.refused.remove(ids);
      return [];
    });
  }
  return ids.length;
}
