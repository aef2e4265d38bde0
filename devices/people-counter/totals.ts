/**
 * From a people counter's running totals to the people since its last report.
 *
 * Promise: nobody is counted twice, and nobody counted before a roll-over or after a power cut is lost. People who passed between
 * the last report and a power cut cannot be known. Pure; holds nothing.
 */
import * as v from 'valibot';

const total = v.pipe(v.number(), v.integer(), v.minValue(0));
const totalsSchema = v.object({ entered: total, left: total });

/** Running totals as a counter reports them: whole numbers from 0 to below its `rollOver`. */
export interface Totals {
  readonly entered: number;
  readonly left: number;
}

/** Totals that were remembered or read; undefined if the value is not totals. */
export function parseTotals(value: unknown): Totals | undefined {
  const parsed = v.safeParse(totalsSchema, value);
  return parsed.success ? parsed.output : undefined;
}

export interface TotalsOptions {
  /** The number at which the counter restarts from 0: 1 000 000 for six digits. */
  readonly rollOver: number;
  /** The most people who can plausibly pass one way between two reports: a fall that needs more is not a roll-over. */
  readonly maxPerReading: number;
}

/**
 * People since `last`; `isTooFast`: more than `maxPerReading` one way.
 *
 * Without a `last` there is nothing to count from: 0 and 0. A total that fell has rolled over if that means at most
 * `maxPerReading` people; otherwise the counter lost power and counts from zero again. A power cut resets both totals, so
 * they are judged together.
 */
export function countSince(
  last: Totals | undefined,
  now: Totals,
  options: TotalsOptions,
): { readonly entered: number; readonly left: number; readonly isTooFast: boolean } {
  if (last === undefined) return { entered: 0, left: 0, isTooFast: false };
  const entered = advance(last.entered, now.entered, options);
  const left = advance(last.left, now.left, options);
  const counted = entered === undefined || left === undefined ? now : { entered, left };
  return { ...counted, isTooFast: Math.max(counted.entered, counted.left) > options.maxPerReading };
}

/** How far a total advanced from `last` to `now`; undefined if it fell and cannot have rolled over. */
function advance(last: number, now: number, options: TotalsOptions): number | undefined {
  if (now >= last) return now - last;
  const through = now + options.rollOver - last;
  return through >= 0 && through <= options.maxPerReading ? through : undefined;
}
