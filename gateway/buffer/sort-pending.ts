/** What a group commit brings, sorted into lanes. */
import type { Reading } from '../../shared/reading.ts';
import type { Pending } from './buffer-options.ts';
import { markUnsynchronised } from './held.ts';
import { isUrgent } from './outbox.ts';
import type { Apply } from './outgoing.ts';
import type { Store } from './store.ts';

interface Sorted {
  readonly urgent: readonly Reading[];
  readonly routine: readonly Reading[];
  readonly applies: Apply[];
}

/**
 * Writes what devices remember, and what is held for the clock; alarms do not wait for it, and leave marked. The readings returned
 * are still to be written. Call inside a transaction.
 */
export function sortPending(pending: readonly Pending[], store: Store, boot: string): Sorted {
  const urgent: Reading[] = [];
  const routine: Reading[] = [];
  const applies: Apply[] = [];
  for (const { readings, options, at } of pending) {
    const offsetMs = options.unsynchronisedOffsetMs;
    if (offsetMs === undefined) {
      for (const reading of readings) (isUrgent(reading) ? urgent : routine).push(reading);
    } else {
      urgent.push(...readings.filter(isUrgent).map(markUnsynchronised));
      const held = readings.filter((reading) => !isUrgent(reading));
      if (held.length > 0) applies.push(store.held.hold(held, { boot, takenAt: at, offsetMs }));
    }
    for (const [device, value] of options.remember ?? []) store.remember(device, value);
  }
  return { urgent, routine, applies };
}

/** When the first of the last `count` routine readings came, monotonic ms; undefined if there are not as many. */
export function cameSince(pending: readonly Pending[], count: number): number | undefined {
  let left = count;
  for (let i = pending.length - 1; i >= 0; i--) {
    const { readings, options, at } = pending[i] as Pending; // within its bounds
    if (options.unsynchronisedOffsetMs === undefined) {
      left -= readings.reduce((routine, reading) => (isUrgent(reading) ? routine : routine + 1), 0);
    }
    if (left <= 0) return at;
  }
  return undefined;
}
