/**
 * What goes when there is no room: the oldest batches of all destinations, routine before urgent, never one in flight; of one
 * destination alone where only its own share is used up.
 * Each drop becomes part of a gap that is reported to its destination, so that nothing is lost silently.
 */
import type { GapReason } from '../../shared/feed/receipt.ts';
import type { Candidate, Feed } from './outbox.ts';
import type { Apply } from './outgoing.ts';

export interface Dropped {
  readonly apply: Apply;
  readonly bytes: number;
}

/** Drops the oldest batch; undefined when there is none. Call inside a transaction. */
export function dropOldest(feeds: readonly Feed[], reason: GapReason): Dropped | undefined {
  const oldest = (lane: 'routine' | 'urgent') =>
    feeds
      .map((feed) => feed.oldest(lane))
      .filter((candidate): candidate is Candidate => candidate !== undefined)
      .sort((a, b) => a.row.sealed - b.row.sealed)[0];
  const candidate = oldest('routine') ?? oldest('urgent');
  if (candidate === undefined) return undefined;
  const { epoch, row, lane } = candidate;
  return { apply: epoch.drop(row, lane, reason), bytes: row.bytes.length };
}
