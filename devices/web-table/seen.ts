/**
 * Which times of a source have been read, so that each becomes a reading once, across restarts and overlapping series.
 *
 * Only times that the document at hand could bring again are kept; whatever is older than its oldest counts as read, since an old copy of
 * a page (of another server behind the same name) is no news. A row without a value is not read, so that one which is filled in later still
 * comes. Bound: `maxTimes`, the newest. As JSON a list: the oldest second that counts, then the distances of the times from there.
 */
import type { Json } from '../device-type.ts';

export const maxTimes = 1_000;
/** More than a believed time may be ahead. */
const maxAheadS = 600;

export interface Seen {
  /** Everything before it counts as read, epoch s. */
  readonly from: number;
  /** Epoch s. */
  readonly times: ReadonlySet<number>;
}

export const NOTHING_SEEN: Seen = { from: 0, times: new Set() };

export function isSeen({ from, times }: Seen, ms: number): boolean {
  return secondOf(ms) < from || times.has(secondOf(ms));
}

/** After a document whose oldest row is of `oldest` and of which the rows in `read` became readings; epoch ms. */
export function afterDocument(seen: Seen, oldest: number | undefined, read: readonly number[]): Seen {
  const from = oldest === undefined ? seen.from : Math.max(seen.from, secondOf(oldest));
  const times = [...new Set([...seen.times, ...read.map(secondOf)])]
    .filter((each) => each >= from)
    .sort((a, b) => a - b);
  const kept = times.slice(-maxTimes);
  const isCut = kept.length < times.length;
  return { from: isCut ? (kept[0] ?? from) : from, times: new Set(kept) };
}

export function seenToJson({ from, times }: Seen): Json {
  return [from, ...[...times].map((each) => each - from)];
}

export function readSeen(json: unknown): Seen {
  if (!Array.isArray(json) || json.length > maxTimes + 1 || !json.every(Number.isSafeInteger)) return NOTHING_SEEN;
  const [from = 0, ...distances] = json as number[]; // checked above
  return { from, times: new Set(distances.map((each) => from + each)) };
}

/** What was read as later than now was read by a clock that was wrong; it must not keep out what comes. `now`: epoch ms. */
export function withoutFuture(seen: Seen, now: number | undefined): Seen {
  return now !== undefined && seen.from > secondOf(now) + maxAheadS ? NOTHING_SEEN : seen;
}

export function isSame(one: Seen, other: Seen): boolean {
  return (
    one.from === other.from &&
    one.times.size === other.times.size &&
    [...one.times].every((each) => other.times.has(each))
  );
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1000);
}
