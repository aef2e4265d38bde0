/**
 * What goes when there is no room: the oldest batches of all destinations, routine before urgent, never one in flight.
 * Each drop becomes part of a gap that is reported to its destination, so that nothing is lost silently.
 */
import type { Lane } from '../../shared/feed/batch.ts';
import type { GapReason } from '../../shared/feed/receipt.ts';
import type { Db } from './database.ts';
import type { Apply, Feed } from './feed.ts';

/** Batches dropped in one transaction. */
const dropsAtOnce = 16;

/** Drops up to 16 batches in a transaction of its own and returns how many; 0 when there was nothing to drop. */
export function dropOldestBatches(db: Db, feeds: readonly Feed[], reason: GapReason): number {
  const drop = db.transaction(() => {
    const dropped: Apply[] = [];
    while (dropped.length < dropsAtOnce) {
      const apply = dropOldest(feeds, 'routine', reason) ?? dropOldest(feeds, 'urgent', reason);
      if (apply === undefined) break;
      dropped.push(apply);
    }
    return dropped;
  });
  const applies = drop.immediate();
  for (const apply of applies) apply();
  return applies.length;
}

function dropOldest(feeds: readonly Feed[], lane: Lane, reason: GapReason): Apply | undefined {
  const byAge = feeds.flatMap((feed) => {
    const id = feed.oldestId(lane);
    return id === undefined ? [] : [{ feed, id }];
  });
  byAge.sort((a, b) => a.id - b.id);
  for (const { feed } of byAge) {
    const apply = feed.dropOldest(lane, reason);
    if (apply !== undefined) return apply;
  }
  return undefined;
}
