/**
 * Refused readings sealed anew, each for the destination that refused it, in its own lane: whatever the city OS did not like,
 * the operator has mended. A reading leaves the refused set in the transaction that seals it.
 */
import type { Reading } from '../../shared/reading.ts';
import type { Numbering } from './epoch.ts';
import { type Feed, isUrgent } from './outbox.ts';
import type { Apply } from './outgoing.ts';
import type { Refused, RefusedFilter } from './refused.ts';

export interface Retried {
  readonly retried: number;
  /** Stay where they are: the disk had damaged them before they were refused. */
  readonly damaged: number;
  /** Stay where they are: their destination is no longer configured. */
  readonly withoutDestination: number;
}

interface RetryOptions {
  readonly refused: Refused;
  readonly filter: RefusedFilter | undefined;
  /** The configured ones, by name. */
  readonly feeds: ReadonlyMap<string, Feed>;
  readonly batchReadings: number;
  /** The place of a batch in the order of all. */
  nextSealed(): number;
}

/** Call inside a transaction. */
export function retryRefused(
  { refused, filter, feeds, batchReadings, nextSealed }: RetryOptions,
  numbers: Numbering,
): { readonly told: Retried; readonly applies: readonly Apply[] } {
  const told = { retried: 0, damaged: 0, withoutDestination: 0 };
  const urgent = new Map<Feed, Reading[]>();
  const routine = new Map<Feed, Reading[]>();
  const ids: number[] = [];
  for (const { id, destination, reading } of refused.list(filter)) {
    const feed = feeds.get(destination);
    if (feed === undefined) told.withoutDestination++;
    else if (reading === undefined) told.damaged++;
    else {
      told.retried++;
      ids.push(id);
      const byFeed = isUrgent(reading) ? urgent : routine;
      const readings = byFeed.get(feed) ?? [];
      byFeed.set(feed, readings);
      readings.push(reading);
    }
  }
  refused.remove(ids);
  const applies = [urgent, routine].flatMap((byFeed) =>
    [...byFeed].flatMap(([feed, readings]) => {
      const lane = byFeed === urgent ? 'urgent' : 'routine';
      return slices(readings, batchReadings).map((slice) => feed.sealAll(slice, lane, numbers, nextSealed()));
    }),
  );
  return { told, applies };
}

function slices<T>(items: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, i) => items.slice(i * length, (i + 1) * length));
}
