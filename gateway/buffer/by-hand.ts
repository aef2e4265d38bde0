/**
 * What the operator does by hand: receipts carried to the gateway settle what they answer, as if they had come over the
 * network; refused readings are sealed again after the cause has been mended.
 */
import type { Receipt } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import type { ByHand } from './buffer-options.ts';
import type { Numbering } from './epoch.ts';
import { isUrgent, type Outbox } from './outbox.ts';
import type { Apply } from './outgoing.ts';
import type { Refused, RefusedFilter } from './refused.ts';

/** Call inside a transaction. */
export function settleByHand(
  store: { readonly outboxes: ReadonlyMap<string, Outbox>; nextSealed(): number },
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

interface RetryOptions {
  readonly refused: Refused;
  readonly filter: RefusedFilter | undefined;
  /** The configured ones, by name. */
  readonly outboxes: ReadonlyMap<string, Outbox>;
  readonly batchReadings: number;
  /** A batch's place in the order of all. */
  nextSealed(): number;
}

/**
 * Seals each reading for the destination that refused it, in its own lane; it leaves the refused set in the same
 * transaction. Call inside one.
 */
export function retryRefused(
  { refused, filter, outboxes, batchReadings, nextSealed }: RetryOptions,
  numbers: Numbering,
): { readonly told: Retried; readonly applies: readonly Apply[] } {
  const told = { retried: 0, damaged: 0, withoutDestination: 0 };
  const urgent = new Map<Outbox, Reading[]>();
  const routine = new Map<Outbox, Reading[]>();
  const ids: number[] = [];
  for (const { id, destination, reading } of refused.list(filter)) {
    const outbox = outboxes.get(destination);
    if (outbox === undefined) told.withoutDestination++;
    else if (reading === undefined) told.damaged++;
    else {
      told.retried++;
      ids.push(id);
      const byOutbox = isUrgent(reading) ? urgent : routine;
      const readings = byOutbox.get(outbox) ?? [];
      byOutbox.set(outbox, readings);
      readings.push(reading);
    }
  }
  refused.remove(ids);
  const applies = [urgent, routine].flatMap((byOutbox) =>
    [...byOutbox].flatMap(([outbox, readings]) => {
      const lane = byOutbox === urgent ? 'urgent' : 'routine';
      return slices(readings, batchReadings).flatMap((slice) => outbox.sealAll(slice, lane, numbers, nextSealed()));
    }),
  );
  return { told, applies };
}

function slices<T>(items: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, i) => items.slice(i * length, (i + 1) * length));
}
