/**
 * What goes when there is no room: the oldest batches of all destinations, routine before urgent, never one in flight.
 * Each drop becomes part of a gap that is reported to its destination, so that nothing is lost silently.
 */
import type { GapReason } from '../../shared/feed/receipt.ts';
import type { Apply } from './epoch.ts';
import type { Candidate, Feed } from './feed.ts';

/** Drops the oldest batch; undefined when there is none. Call inside a transaction. */
export function dropOldest(feeds: readonly Feed[], reason: GapReason): Apply | undefined {
  const oldest = (lane: 'routine' | 'urgent') =>
    feeds
      .map((feed) => feed.oldest(lane))
      .filter((candidate): candidate is Candidate => candidate !== undefined)
      .sort((a, b) => a.row.sealed - b.row.sealed)[0];
  const candidate = oldest('routine') ?? oldest('urgent');
  return candidate?.epoch.drop(candidate.row, candidate.lane, reason);
}
