/**
 * Which of a reading's times counts. A device's clock may be wrong by years, so the time of observation is believed only near the
 * time of arrival when it decides where a reading is kept and for how long, and how new it is.
 */
import type { Clock } from '../../../shared/clock.ts';

const dayMs = 86_400_000;
/** Beyond these the time of arrival counts instead. */
const maxAheadMs = 7 * dayMs;
const maxBehindMs = 400 * dayMs;

/** The time now, epoch ms; undefined while this machine's clock has not been set, when it says nothing about other clocks. */
export function knownNow(clock: Clock): number | undefined {
  const { wall, synchronised } = clock.moment();
  return synchronised ? wall : undefined;
}

/** The time at which a reading is filed: by it days are made and dropped. */
export function filedAt(observedAt: number, now: number | undefined): number {
  if (now === undefined) return observedAt;
  return observedAt > now + maxAheadMs || observedAt < now - maxBehindMs ? now : observedAt;
}

/** By which the newest reading is found: one from the future counts as observed when it came, or it would stay the newest for ever. */
export function rankOf(observedAt: number, now: number | undefined): number {
  return now === undefined ? observedAt : Math.min(observedAt, now);
}
