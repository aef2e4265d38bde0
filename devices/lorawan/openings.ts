/**
 * Numbers that must never be used twice, though the file that remembers them may have been put back to an earlier state (a
 * backup restored, a card copied). Pure.
 *
 * With the same key, a downlink counter used for two contents lets a listener compare them (AES-CTR; LoRaWAN 1.0.4 §4.3.3),
 * and a JoinNonce used twice derives the same session keys again. The file cannot know whether it was put back. So each opening
 * of it has a name, each record says in which opening it last counted, and the first number of another opening leaps ahead.
 *
 * The leap of a downlink counter grows with the time since the record was last known to be right: so it is short after an
 * ordinary restart, and a file put back twice does not count the same way twice. Devices of 1.0.2 and 1.0.3 ignore whatever is
 * 16,384 or more ahead (MAX_FCNT_GAP, §4.3.1.5), and later ones tell 65,536 apart, so it is bounded. It happens only with a
 * downlink, so restarts without one do not add up.
 *
 * JoinNonces follow the clock, whatever the file says: from 1.0.4 on a device refuses one that is not above the last (§6.2.6).
 */
import type { Joins } from './dev-nonces.ts';
import type { Counters } from './session.ts';

const minLeap = 16;
/** Since the record was right a device may have had a downlink every 30 s for a day and a half, and one every 10 min for two months. */
const LEAPS = [
  { everyMs: 30_000, most: 4_096 },
  { everyMs: 600_000, most: 8_192 },
] as const;
/** JoinNonces are the minutes since then, or the next if that is more: 24 bits last until 2057. */
const countedFrom = Date.UTC(2026, 0);
const maxMinutes = 2 ** 24 - 2 ** 16;

/** The counters from which a downlink may be made in this opening at `at`: epoch ms, by a clock that may be wrong. */
export function countersToSend(counters: Counters, opening: string, at: number): Counters {
  if (counters.opening === opening) return counters;
  const { sureAt, down, appDown } = counters;
  const sinceMs = sureAt === undefined || at < sureAt ? Number.POSITIVE_INFINITY : at - sureAt;
  const leap = LEAPS.reduce((sum, { everyMs, most }) => sum + Math.min(most, Math.ceil(sinceMs / everyMs)), minLeap);
  return { ...counters, down: down + leap, appDown: appDown + leap, opening, sureAt: at };
}

/** The counters after a frame at `at`: those that count in this opening are right until then. */
export function countersAt(counters: Counters, opening: string, at: number): Counters {
  return counters.opening === opening ? { ...counters, sureAt: at } : counters;
}

/** The joins from which a join-accept may be made at `at`, epoch ms; undefined while no clock says it. */
export function joinsToAccept(joins: Joins, at: number | undefined): Joins {
  const minutes = at === undefined ? 0 : Math.floor((at - countedFrom) / 60_000);
  const isPossible = minutes > joins.joinNonce && minutes < maxMinutes;
  return isPossible ? { ...joins, joinNonce: minutes } : joins;
}
