/** Gives up some readings of a batch that waits. */
import type { GapReason } from '../../../shared/feed/receipt.ts';
import { bodiesOf } from '../bodies.ts';
import { digestOf } from '../digest.ts';
import type { Numbering } from '../epoch.ts';
import type { Outbox } from '../outbox.ts';
import type { Apply } from '../outgoing.ts';
import type { Candidate } from '../queue.ts';
import type { Sifted } from './sift-batch.ts';

interface Dropping {
  readonly reason: GapReason;
  readonly numbers: Numbering;
  /** The place in the order of all of what is sealed anew. */
  readonly sealed: number;
}

/**
 * The batch becomes a gap, and what stays of it is sealed anew: each run of readings as a part that names its place, since the batch may
 * have been stored before. One of a gateway whose file this was goes whole: nobody gives out its numbers any more. Call inside a
 * transaction.
 */
export function dropSome(outbox: Outbox, { queue, row, lane }: Candidate, sifted: Sifted, dropping: Dropping): Apply[] {
  const { reason, numbers, sealed } = dropping;
  const { tenant, header, partOf, gone, runs } = sifted;
  if (!outbox.own.includes(queue)) return [queue.drop(row, lane, reason)];
  const dropped = queue.drop({ ...row, count: gone }, lane, reason);
  const options = { ...outbox.bodyOptions, encoding: header.encoding };
  const parts = runs.flatMap(({ first, readings }) =>
    bodiesOf(readings, { ...options, partOf: { ...partOf, first: partOf.first + first } }),
  );
  const places = runs.map(({ first, readings }) => `${first}+${readings.length}`);
  const epoch = digestOf(Buffer.from(`rest ${header.epoch} ${header.number} ${places} ${options.maxBytes}`));
  return [dropped, ...outbox.sealParts(parts, { tenant, gateway: header.gateway, epoch, lane, sealed }, numbers)];
}
