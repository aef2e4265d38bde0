/**
 * What the operator does by hand: receipts carried to the gateway settle what they answer, as if they had come over the
 * network; refused readings are sealed again after the cause has been mended.
 */
import type { Lane } from '../../shared/feed/batch.ts';
import type { Receipt } from '../../shared/feed/receipt.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import type { Reading } from '../../shared/reading.ts';
import type { BufferOptions, ByHand } from './buffer-options.ts';
import type { Numbering } from './epoch.ts';
import { isUrgent, type Outbox } from './outbox.ts';
import type { Apply } from './outgoing.ts';
import type { Refused, RefusedFilter } from './refused.ts';
import type { Store } from './store.ts';

/** Call inside a transaction. */
export function settleByHand(
  store: Store,
  receipts: readonly Receipt[],
  numbers: Numbering,
): { readonly told: ByHand; readonly applies: readonly Apply[] } {
  const told = { settled: 0, gone: 0, foreign: 0 };
  const applies: Apply[] = [];
  for (const receipt of receipts) {
    const answered = [...store.outboxes.values()].map((outbox) => ({ outbox, outgoing: outbox.find(receipt) }));
    const own = answered.find(({ outgoing }) => outgoing !== 'foreign');
    if (own === undefined || own.outgoing === 'foreign') told.foreign++;
    else if (own.outgoing === undefined) told.gone++;
    else {
      told.settled++;
      applies.push(...own.outbox.settle(own.outgoing, receipt, numbers, () => store.nextSealed()));
    }
  }
  return { told, applies };
}

/** What happened to the refused readings. */
export interface Retried {
  readonly retried: number;
  /** Left alone: the disk had damaged them before they were refused. */
  readonly damaged: number;
  /** Left alone: their destination is no longer configured. */
  readonly withoutDestination: number;
}

/**
 * Seals each reading for the destination that refused it, in its own lane; it leaves the refused set in the same
 * transaction. Call inside one.
 */
export function retryRefused(
  store: Store,
  filter: RefusedFilter | undefined,
  { outboxes: configured, batchReadings }: Pick<BufferOptions, 'outboxes' | 'batchReadings'>,
  numbers: Numbering,
): { readonly told: Retried; readonly applies: readonly Apply[] } {
  const { refused } = store;
  const outboxes = new Map(configured.map(({ name }) => [name, store.outbox(name)]));
  const told = { retried: 0, damaged: 0, withoutDestination: 0 };
  const again = new Map<string, Again>();
  const ids: number[] = [];
  for (const { id, destination, origin, reading } of refused.list(filter)) {
    const outbox = outboxes.get(destination);
    if (outbox === undefined || (origin !== undefined && outbox.passage === undefined)) told.withoutDestination++;
    else if (reading === undefined) told.damaged++;
    else {
      told.retried++;
      ids.push(id);
      const lane = isUrgent(reading) ? 'urgent' : 'routine';
      const key = `${lane} ${destination} ${origin?.tenant}/${origin?.gateway}`;
      const group = again.get(key) ?? { outbox, origin, lane, readings: [] };
      again.set(key, group);
      group.readings.push(reading);
    }
  }
  refused.remove(ids);
  const applies = inTurn([...again.values()]).flatMap(({ outbox, origin, lane, readings }) =>
    slices(readings, batchReadings).flatMap((slice) =>
      origin === undefined
        ? outbox.sealAll(slice, lane, numbers, store.nextSealed())
        : outbox.sealFor(slice, origin, lane, numbers, store.nextSealed()),
    ),
  );
  return { told, applies };
}

/** Readings that are sealed again together. */
interface Again {
  readonly outbox: Outbox;
  /** Of another gateway; undefined: this one's. */
  readonly origin: Origin | undefined;
  readonly lane: Lane;
  readonly readings: Reading[];
}

/** Alarms are sealed first. */
function inTurn(groups: readonly Again[]): readonly Again[] {
  const lane = (which: Lane) => groups.filter((group) => group.lane === which);
  return [...lane('urgent'), ...lane('routine')];
}

/** Call inside a transaction. */
export function dropRefused(refused: Refused, filter: RefusedFilter | undefined) {
  const ids = [...refused.list(filter)].map(({ id }) => id);
  refused.remove(ids);
  return { told: ids.length, applies: [] };
}

function slices<T>(items: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, i) => items.slice(i * length, (i + 1) * length));
}
