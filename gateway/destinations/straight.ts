/**
 * What a worker takes from its broker goes straight to the destinations, past the buffer: to all that take its tenant, at once.
 *
 * Promise: the answer says that each of them has stored it. If one has not, there is no answer; the batch comes again, and those that
 * have it know it by its number. So a worker may only have destinations that do (`DestinationType.storesOnce`; `check` sees to it).
 */
import type { Receipt, Refusal } from '../../shared/feed/receipt.ts';
import type { Outgoing } from '../buffer/outgoing.ts';
import { takesTenant } from './common-settings.ts';
import type { DestinationConfig } from './destination.ts';

/** A destination that is connected, as far as it can be (forwarder.ts). */
export interface StraightStore {
  readonly name: string;
  sendStraight(outgoing: Outgoing): Promise<Receipt>;
}

/** Undefined if no destination takes the tenant. Rejects unless all have stored it. */
export async function storeStraight(
  outgoing: Outgoing & { readonly tenant: string },
  site: { readonly destinations: readonly DestinationConfig[]; readonly gateway: { readonly tenant: string } },
  stores: readonly StraightStore[],
): Promise<Receipt | undefined> {
  const taking = site.destinations.filter((destination) => takesTenant(destination, site, outgoing.tenant));
  const names = new Set(taking.map(({ name }) => name));
  const answers = await Promise.all(
    stores.filter(({ name }) => names.has(name)).map((store) => store.sendStraight(outgoing)),
  );
  const [first, ...others] = answers;
  return first && others.reduce(together, first);
}

const SEVERITY = ['stored', 'unreadable', 'conflict'] as const satisfies readonly Receipt['outcome'][];

/** The worse of two answers; of what both have stored, all that one of them refuses. */
function together(one: Receipt, other: Receipt): Receipt {
  if (one.outcome === 'stored' && other.outcome === 'stored') {
    const refused = new Map<number, Refusal>();
    for (const refusal of [...other.refused, ...one.refused]) refused.set(refusal.index, refusal);
    return { ...one, refused: [...refused.values()].toSorted((a, b) => a.index - b.index) };
  }
  return SEVERITY.indexOf(one.outcome) >= SEVERITY.indexOf(other.outcome) ? one : other;
}
