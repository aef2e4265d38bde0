/**
 * Times of devices are believed within bounds, against a clock that is set.
 *
 * A reading that claims to come from later than `maxAheadMs` from now, or from earlier than `maxBehindMs` ago, keeps its values but
 * gets the time at which it came, and is marked. Without a set clock nothing can be said, and every time is believed.
 */
import type { Moment } from '../../shared/clock.ts';
import type { Reading } from '../../shared/reading.ts';

/** Clocks of devices drift; a time zone left out is off by more. */
const maxAheadMs = 5 * 60_000;
/** A logger may carry a year. The dates at which clocks without a battery start are older. */
const maxBehindMs = 400 * 86_400_000;

/** By how much a device's time is off, ms, if it cannot be believed; positive if it is ahead. */
export function unbelievableBy(
  { observedAt }: Pick<Reading, 'observedAt'>,
  { wall, synchronised }: Moment,
): number | undefined {
  const ahead = observedAt - wall;
  return synchronised && (ahead > maxAheadMs || ahead < -maxBehindMs) ? ahead : undefined;
}

/** The reading as of now. A doubt about its values outweighs the one about its time. */
export function asOfNow(reading: Reading, { wall }: Moment): Reading {
  return { ...reading, observedAt: Math.round(wall), quality: reading.quality ?? 'clock-unsynchronised' };
}
