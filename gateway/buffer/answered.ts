/** Receipts that have come but are not in the file yet. */
import type { Lane } from '../../shared/feed/batch.ts';
import { type Receipt, refusalsOf } from '../../shared/feed/receipt.ts';
import type { Numbering } from './epoch.ts';
import type { Outbox } from './outbox.ts';
import type { OutboxStats } from './outbox-options.ts';
import type { Apply, Outgoing } from './outgoing.ts';
import type { Store } from './store.ts';

export interface Answered {
  readonly destination: string;
  readonly outgoing: Outgoing;
  readonly receipt: Receipt;
}

/**
 * A receipt joins the next commit, or gets its own after so long, ms. That costs an fsync, and doing without costs a repeat after a power
 * cut; so it waits for the commit of the next readings at a site where they come each minute. What was refused is shown to the
 * technician sooner, and another batch under the number is mended at once.
 */
export function settleWithinMs(receipt: Receipt): number {
  if (receipt.outcome === 'conflict') return 0;
  return receipt.outcome === 'stored' && receipt.refused.length === 0 ? 60_000 : 10_000;
}

/** Takes what is answered out of the file. Call inside a transaction. */
export function settleAnswered(answered: readonly Answered[], store: Store, numbers: Numbering): Apply[] {
  const nextSealed = () => store.nextSealed();
  return answered.flatMap(({ destination, outgoing, receipt }) =>
    store.outbox(destination).settle(outgoing, receipt, numbers, nextSealed),
  );
}

/** After a conflict the batch still waits: it is sealed again. */
function isDone({ receipt }: Answered): boolean {
  return receipt.outcome !== 'conflict';
}

/** What the outboxes hold, without batches that are receipted and only await the next commit. */
export function withoutAnswered(
  outboxes: Readonly<Record<string, OutboxStats>>,
  answered: readonly Answered[],
): Readonly<Record<string, OutboxStats>> {
  const done = answered.filter(isDone);
  const names = Object.entries(outboxes);
  return Object.fromEntries(
    names.map(([name, outbox]) => [
      name,
      without(
        outbox,
        done.filter(({ destination }) => destination === name),
      ),
    ]),
  );
}

function without(outbox: OutboxStats, answered: readonly Answered[]): OutboxStats {
  const batches = answered.flatMap(({ outgoing }) => (outgoing.kind === 'batch' ? [outgoing.batch] : []));
  const less = (count: number, gone: number) => Math.max(0, count - gone); // it may have been dropped, or settled by hand
  const ofLane = (lane: Lane) => less(outbox.waiting[lane], batches.filter((batch) => batch.lane === lane).length);
  return {
    ...outbox,
    waiting: { routine: ofLane('routine'), urgent: ofLane('urgent') },
    inFlight: less(outbox.inFlight, batches.length),
    gaps: less(outbox.gaps, answered.length - batches.length),
    refused: outbox.refused + answered.reduce((sum, each) => sum + refusedBy(each), 0),
  };
}

function refusedBy({ outgoing, receipt }: Answered): number {
  if (outgoing.kind === 'gap') return 0;
  const { count } = outgoing.batch;
  return receipt.outcome === 'unreadable' ? count : refusalsOf(receipt, count).length;
}

/** The place of an outbox's oldest batch in the order of all; undefined if none waits or the file cannot be read, which `use` reports. */
export function oldestSealed(outbox: Outbox, answered: readonly Answered[]): number | undefined {
  try {
    const own = answered.filter((each) => each.destination === outbox.name && isDone(each));
    return outbox.oldestSealed(own.map(({ outgoing }) => outgoing));
  } catch {
    return undefined;
  }
}
