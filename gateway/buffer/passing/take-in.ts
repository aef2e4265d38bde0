/** What comes from other gateways within one commit: told from what is here already, and set to wait for each destination that wants it. */
import { isAnonymous } from '../../../shared/feed/anonymous.ts';
import type { BatchHeader } from '../../../shared/feed/batch.ts';
import type { Gap } from '../../../shared/feed/receipt.ts';
import type { Numbering } from '../epoch.ts';
import type { Apply } from '../outgoing.ts';
import type { Store } from '../store.ts';
import type { Known } from './taken-in.ts';

/** A message that has arrived from another gateway. */
export type Arriving = {
  readonly tenant: string;
  /** Epoch ms. */
  readonly at: number;
} & (ArrivingBatch | ArrivingGap);

interface ArrivingBatch {
  readonly kind: 'batch';
  readonly header: Pick<BatchHeader, 'gateway' | 'epoch' | 'number' | 'lane' | 'count'>;
  /** Of the message. */
  readonly digest: string;
  readonly copies: Copies;
}

/** What waits for each destination that wants any of a batch: the message as it came, or a batch made of a part of it. */
export type Copies = ReadonlyMap<string, { readonly bytes: Uint8Array; readonly count: number }>;

interface ArrivingGap {
  readonly kind: 'gap';
  readonly gap: Gap;
  readonly destinations: readonly string[];
}

/** Call inside a transaction. Tells of each whether it was new. */
export function takeIn(
  arriving: readonly { readonly arriving: Arriving }[],
  store: Store,
  numbers: Numbering,
): { readonly known: readonly Known[]; readonly applies: readonly Apply[] } {
  const taking = store.takenIn.begin();
  const applies: Apply[] = [];
  const known = arriving.map(({ arriving: each }): Known => {
    const { tenant, at } = each;
    if (each.kind === 'gap') {
      const { gateway, epoch, number: first, last, count, reason } = each.gap;
      if (taking.knowGap(tenant, each.gap)) return 'repeated';
      taking.noteGap(tenant, each.gap, at);
      for (const destination of each.destinations) {
        const gap = { tenant, gateway, epoch, first, last, count, reason };
        applies.push(store.outbox(destination).enterGap(gap));
      }
      return 'new';
    }
    const { header, digest, copies } = each;
    if (!isAnonymous(header.gateway)) {
      const known = taking.know(tenant, header, digest);
      if (known !== 'new') return known;
      taking.note(tenant, header, digest, at);
    }
    const sealed = store.nextSealed();
    for (const [destination, { bytes, count }] of copies) {
      const entering = { tenant, lane: header.lane, count, bytes, sealed };
      applies.push(store.outbox(destination).enter(entering, numbers));
    }
    return 'new';
  });
  return { known, applies: [...applies, ...taking.write()] };
}
