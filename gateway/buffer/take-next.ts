/** Finds the next thing to send to a destination. Batches found damaged on the way are dropped, logged and reported as gaps. */
import type { TakeRoom } from './buffer-options.ts';
import type { Outgoing } from './outgoing.ts';
import type { Store } from './store.ts';

/** Puts it in flight. */
export function takeNext(
  store: Store,
  destination: string,
  { bytes = Number.POSITIVE_INFINITY, urgentOnly = false }: TakeRoom,
): Outgoing | undefined {
  const outbox = store.outbox(destination);
  const gap = urgentOnly ? undefined : outbox.takeGap();
  if (gap !== undefined) return gap;
  for (let next = outbox.next(); next !== undefined && next.row.bytes.length <= bytes; next = outbox.next()) {
    if (urgentOnly && next.lane !== 'urgent') return undefined;
    if (next.queue.isWhole(next.row, next.lane)) return outbox.send(next);
    store.dropDamaged(next);
  }
  return undefined;
}
