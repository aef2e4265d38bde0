/** Which batches are dropped to make room: the oldest of all outboxes, routine before urgent. */
import type { GapReason } from '../../shared/feed/receipt.ts';
import type { Outbox } from './outbox.ts';
import type { Apply } from './outgoing.ts';
import type { Candidate } from './queue.ts';

interface Dropping {
  readonly reason: GapReason;
  readonly most: number;
  /** Whether the bytes dropped so far are not enough. */
  isNeeded(bytes: number): boolean;
  find(): Candidate | undefined;
}

/** Replaces batches with gaps. Call inside a transaction. */
export function dropOldest({ reason, most, isNeeded, find }: Dropping): Apply[] {
  const dropped: Apply[] = [];
  let bytes = 0;
  while (dropped.length < most && isNeeded(bytes)) {
    const oldest = find();
    if (oldest === undefined) break;
    const { queue, row, lane } = oldest;
    dropped.push(queue.drop(row, lane, reason));
    bytes += row.bytes.length;
  }
  return dropped;
}

/** The batch to drop first. */
export function oldestWaiting(of: readonly Outbox[]): Candidate | undefined {
  return firstSealed(of, (outbox) => outbox.oldest('routine')) ?? firstSealed(of, (outbox) => outbox.oldest('urgent'));
}

/** The batch to drop once all are in flight. */
export function oldestInFlight(of: readonly Outbox[]): Candidate | undefined {
  return (
    firstSealed(of, (outbox) => outbox.oldestInFlight('routine')) ??
    firstSealed(of, (outbox) => outbox.oldestInFlight('urgent'))
  );
}

function firstSealed(of: readonly Outbox[], candidate: (outbox: Outbox) => Candidate | undefined) {
  return of
    .map(candidate)
    .filter((found) => found !== undefined)
    .sort((a, b) => a.row.sealed - b.row.sealed)[0];
}
