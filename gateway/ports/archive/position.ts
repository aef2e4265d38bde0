/**
 * How far a relay has come in one archive, as it is remembered over restarts.
 *
 * A position is a row of `batch`, and the rows before it are in the order of (transaction, id). That row was read after it had been
 * committed, so the database counts its transactions beyond it for ever: whatever is committed later comes after it. Only a database
 * that was set back, by a backup or by a standby that had not everything, counts the same numbers a second time; and then each row
 * that it still has is such a row. So some earlier positions are remembered too (`landmarks`), and a relay goes on at the newest that is
 * still there. Bound: twice the binary logarithm of the pages, each about twice as old as the one after it.
 */
import * as v from 'valibot';

const landmark = v.object({
  /** Pages that had been read with it. */
  page: v.pipe(v.number(), v.integer(), v.minValue(0)),
  transaction: v.pipe(v.string(), v.regex(/^\d{1,20}$/)),
  id: v.pipe(v.number(), v.integer()),
  /** As PostgreSQL has it in UTC: told from another row of the same numbers by it. */
  receivedAt: v.string(),
});
export type Landmark = v.InferOutput<typeof landmark>;

const position = v.object({
  /** `meta.archive` and `meta.cluster` of the database. */
  archive: v.string(),
  cluster: v.string(),
  /** The newest first; the first is the position. None: the beginning. */
  landmarks: v.array(landmark),
});
export type Position = Readonly<v.InferOutput<typeof position>>;

/** As far as nothing has been read. */
export const BEGINNING = { transaction: '0', id: Number.MIN_SAFE_INTEGER };

/** Undefined if there is none, or the disk has damaged it. */
export function readPosition(text: string | undefined): Position | undefined {
  if (text === undefined) return undefined;
  try {
    return v.parse(position, JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** One page further. */
export function beyond(before: Position, row: Omit<Landmark, 'page'>): Position {
  const page = (before.landmarks[0]?.page ?? 0) + 1;
  const kept = before.landmarks.filter((each) => page - each.page < 2 * lowestBit(each.page));
  return { ...before, landmarks: [{ page, ...row }, ...kept] };
}

/** The greatest power of two that divides it; each divides 0, where a relay began. */
function lowestBit(page: number): number {
  if (page === 0) return Number.POSITIVE_INFINITY;
  let bit = 1;
  while (page % (bit * 2) === 0) bit *= 2;
  return bit;
}
