/**
 * Batches made here of another gateway's readings: parts of one that was too large, and refused readings that are sent again. They keep
 * their gateway; their epoch is of their own, so that their numbers meet no others.
 */
import { encodeBatch, type Lane } from '../../../shared/feed/batch.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Reading } from '../../../shared/reading.ts';
import { type Body, type BodyOptions, bodiesOf } from '../bodies.ts';
import type { Entering } from './passage.ts';

export interface Making extends Pick<Origin, 'gateway'> {
  /** Undefined: of this gateway's own. */
  readonly tenant: string | undefined;
  readonly epoch: string;
  readonly lane: Lane;
  readonly sealed: number;
}

export function sealFor(readings: readonly Reading[], making: Making & Origin, options: BodyOptions): Entering[] {
  return enteringOf(bodiesOf(readings, options), making);
}

/** The same of bodies that are made. */
export function enteringOf(
  bodies: readonly Body[],
  { tenant, gateway, epoch, lane, sealed }: Making & Origin,
): Entering[] {
  return bodies.map(({ compressed, ...about }, i) => {
    const bytes = encodeBatch({ ...about, lane, gateway, epoch, number: i + 1 }, compressed);
    return { tenant, lane, count: about.count, bytes, sealed };
  });
}
