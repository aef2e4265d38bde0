/**
 * What a gateway had reached at a moment, so that a change can be judged by it: whoever was there before must be there again.
 *
 * Promise: a connection may lead to somebody else, so a destination that gave receipts must give one again, or have nothing to answer for.
 */
import * as v from 'valibot';
import type { StatusSources } from './sources.ts';

const names = v.optional(v.array(v.string()), []);

export const standingSchema = v.object({
  /** Ports that were open. */
  ports: names,
  /** Destinations that were connected. */
  reached: names,
  /** Those of them that gave receipts. */
  receipted: names,
});
export type Standing = Readonly<v.InferOutput<typeof standingSchema>>;

type Sources = Pick<StatusSources, 'activity' | 'forwarders' | 'buffer'>;

export function standingOf({ activity, forwarders }: Sources): Standing {
  const reached = forwarders.filter(({ stats }) => stats.state === 'connected');
  const receipted = reached.filter(({ stats }) => stats.lastReceiptAt !== undefined);
  return {
    ports: [...activity.ports].filter(([, { state }]) => state === 'open').map(([name]) => name),
    reached: reached.map(({ name }) => name),
    receipted: receipted.map(({ name }) => name),
  };
}

/** When each destination's last receipt was as the change was made, and whether the time to wait for another is over. */
export interface Judging {
  readonly before: ReadonlyMap<string, number | undefined>;
  readonly isOver: boolean;
}

/** All destinations that were, as far as they are still configured; if none is, anybody. */
export function isReached(sources: Sources, { reached, receipted }: Standing, { before, isOver }: Judging): boolean {
  const { forwarders, buffer } = sources;
  const left = forwarders.filter(({ name }) => reached.includes(name));
  if (left.length === 0) return forwarders.length === 0 || forwarders.some(({ stats }) => stats.state === 'connected');
  const { outboxes } = buffer.stats();
  return left.every(({ name, stats: { state, lastReceiptAt } }) => {
    if (state !== 'connected') return false;
    if (!receipted.includes(name) || lastReceiptAt !== before.get(name)) return true;
    const { urgent = 0, routine = 0 } = outboxes[name]?.waiting ?? {};
    return isOver && urgent + routine === 0;
  });
}

/** Whether all ports that were open are, as far as they are still configured. */
export function areOpen({ activity }: Sources, { ports }: Standing): boolean {
  return ports.every((name) => activity.ports.get(name)?.state !== 'closed');
}
