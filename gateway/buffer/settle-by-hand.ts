/** Receipts that were carried to the gateway: each settles what it answers, as if it had come by network. */
import type { Receipt } from '../../shared/feed/receipt.ts';
import type { ByHand } from './buffer-options.ts';
import type { Feed } from './outbox.ts';
import type { Apply } from './outgoing.ts';

/** Call inside a transaction. */
export function settleByHand(
  feeds: ReadonlyMap<string, Feed>,
  receipts: readonly Receipt[],
): { readonly told: ByHand; readonly applies: readonly Apply[] } {
  const told = { settled: 0, gone: 0, foreign: 0 };
  const applies: Apply[] = [];
  for (const receipt of receipts) {
    const answered = [...feeds.values()].map((feed) => ({ feed, outgoing: feed.find(receipt) }));
    const own = answered.find(({ outgoing }) => outgoing !== 'foreign');
    if (own === undefined || own.outgoing === 'foreign') told.foreign++;
    else if (own.outgoing === undefined) told.gone++;
    else {
      told.settled++;
      applies.push(own.feed.settle(own.outgoing, receipt));
    }
  }
  return { told, applies };
}
