/**
 * Batches made here of another gateway's readings: parts of one that was too large, and refused readings that are sent again. They keep
 * their gateway; their epoch is of their own, so that their numbers meet no others.
 */
import { encodeBatch, type Lane } from '../../../shared/feed/batch.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Reading } from '../../../shared/reading.ts';
import { type BodyOptions, bodiesOf, bodiesOfHalves } from '../bodies.ts';
import type { Entering } from './passage.ts';

interface Making extends Origin {
  readonly epoch: string;
  readonly lane: Lane;
  readonly sealed: number;
  /** In two at least. */
  readonly inHalves?: boolean;
}

export function sealFor(readings: readonly Reading[], making: Making, options: BodyOptions): Entering[] {
  const { tenant, gateway, epoch, lane, sealed, inHalves = false } = making;
  const bodies = (inHalves ? bodiesOfHalves : bodiesOf)(readings, options);
  return bodies.map(({ compressed, ...about }, i) => {
    const bytes = encodeBatch({ ...about, lane, gateway, epoch, number: i + 1 }, compressed);
    return { tenant, lane, count: about.count, bytes, sealed };
  });
}
