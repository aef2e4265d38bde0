/**
 * From a people counter's running totals to the people since its last report.
 *
 *   report ──▶ goes on from the last ──▶ the difference
 *          ──▶ late, repeated or corrected (a small fall) ──▶ nobody
 *          ──▶ anything else ──▶ nobody, until the next report goes on from it
 *
 * Promise: nobody is counted twice, and nobody counted before a roll-over or after a power cut is lost. A break (small totals
 * after a power cut, a jump, a line that lost digits) is believed when the next report goes on from it, and then gives no more
 * people than can have passed. Of several explanations the one with the fewest people counts; whatever cannot be told apart is
 * uncertain. People who passed between the last report and a power cut cannot be known.
 *
 * Bounds: a report is known to be late if it is one of the last `maxMarks`, or between them. After a break the totals before it
 * are kept for `maxMarks` reports, so that late ones count nobody.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { setting, whole } from '../../shared/setting.ts';
import type { Json } from '../device-type.ts';
import { say } from './words.ts';

const maxMarks = 8;
/** The setting `max-per-minute`. Nothing wider than a street has more than its largest value. */
export const maxPerMinute = v.optional(setting(whole(1, 1_000_000), say.maxPerMinute()), 600);
/** How long it may be since a report, if the clock does not know. */
const unknownMinutes = 24 * 60;

const total = v.pipe(v.number(), v.integer(), v.minValue(0));
const totalsSchema = v.object({ entered: total, left: total });

/** Running totals as a counter reports them: whole numbers from 0 to below its `rollOver`. */
export interface Totals {
  readonly entered: number;
  readonly left: number;
}

/** Totals that were read; undefined if the value is not totals. */
export function parseTotals(value: unknown): Totals | undefined {
  const parsed = v.safeParse(totalsSchema, value);
  return parsed.success ? parsed.output : undefined;
}

export interface TotalsOptions {
  /** The number at which the counter restarts from 0: 1 000 000 for six digits. */
  readonly rollOver: number;
  /** The most people who can pass one way in a minute. */
  readonly maxPerMinute: number;
}

/** Entered, left. */
const pair = v.tuple([total, total]);
type Pair = v.InferOutput<typeof pair>;
const marks = v.pipe(v.array(pair), v.minLength(1), v.maxLength(maxMarks));
const stateSchema = v.object({
  /** The last different totals of the count, oldest first. */
  marks,
  /** Those before the last break, and for how many more reports they are kept. */
  before: v.exactOptional(v.object({ marks, reports: total })),
  /** A break that the next report has to bear out, and the people that it would mean. */
  waiting: v.exactOptional(v.object({ totals: pair, people: pair, isJump: v.boolean() })),
  /** When the last report came, epoch ms; absent if the clock was not set. */
  at: v.exactOptional(v.number()),
});
type State = v.InferOutput<typeof stateSchema>;

/** Who passed since the last of some marks, if a report belongs to them. */
interface Fit {
  readonly people: Pair;
  /** It is certainly no report after a power cut. */
  readonly isSure: boolean;
}

export interface Count extends Totals {
  readonly isUncertain: boolean;
}

export class PeopleCount {
  readonly #options: TotalsOptions;
  #state: State | undefined;

  constructor(options: TotalsOptions, remembered?: Json) {
    this.#options = options;
    const bare = parseTotals(remembered); // as an older release remembered them
    const parsed = v.safeParse(stateSchema, bare ? { marks: [[bare.entered, bare.left]] } : remembered);
    this.#state = parsed.success ? parsed.output : undefined;
  }

  /** What must survive a restart. */
  get memory(): Json {
    return this.#state ?? null;
  }

  /** People since the report before; without one there is nothing to count from: 0 and 0. */
  take({ entered, left }: Totals, { wall, synchronised }: Moment): Count {
    const last = this.#state?.at;
    const minutes = synchronised && last !== undefined ? Math.max(1, (wall - last) / 60_000) : undefined;
    const { state, people = [0, 0], isUncertain = false } = this.#next([entered, left], minutes);
    const { at: _, ...others } = state;
    this.#state = { ...others, ...(synchronised && { at: wall }) };
    return { entered: people[0], left: people[1], isUncertain };
  }

  /** `minutes` since the report before, if they are known. */
  #next(now: Pair, minutes: number | undefined): { state: State; people?: Pair; isUncertain?: boolean } {
    if (this.#state === undefined) return { state: { marks: [now] } };
    const { marks, before, waiting } = this.#state;
    const { maxPerMinute } = this.#options;
    const room = Math.floor((minutes ?? unknownMinutes) * maxPerMinute);
    const current = this.#fit(marks, now, (minutes ?? 1) * maxPerMinute);
    const former = before && this.#fit(before.marks, now, maxPerMinute);
    const broken = waiting && this.#fit([waiting.totals], now, waiting.isJump ? Number.POSITIVE_INFINITY : room);
    const fewest = Math.min(sum(current), sum(former), sum(broken) + sum(waiting));
    const kept = before && before.reports > 1 ? { before: { ...before, reports: before.reports - 1 } } : {};

    if (current && sum(current) === fewest) {
      const state = { marks: this.#withPeople(marks, current.people), ...kept };
      return {
        state,
        people: current.people,
        isUncertain: !current.isSure || (waiting !== undefined && isNobody(current.people)),
      };
    }
    if (former && sum(former) === fewest && fewest === 0) return { state: { marks, ...kept } };
    if (waiting && broken && sum(broken) + sum(waiting) === fewest) {
      const isUncertain = !isNobody(waiting.totals);
      if (isNobody(broken.people)) return { state: this.#state, isUncertain };
      const people = both((way) => waiting.people[way] + Math.min(broken.people[way], room));
      const state = { marks: this.#withPeople([waiting.totals], broken.people), before: { marks, reports: maxMarks } };
      return { state, people, isUncertain };
    }
    const meanings = [marks, ...(before ? [before.marks] : [])].map((each) => this.#peopleAfterBreak(each, now, room));
    const people = both((way) => Math.min(...meanings.map((meaning) => meaning[way])));
    const state = { ...this.#state, waiting: { totals: now, people, isJump: isJump(lastOf(marks), now) } };
    return { state, isUncertain: !isNobody(now) };
  }

  /** Whether a report goes on from the last of these marks by at most `room`, or is late; undefined if neither. */
  #fit(marks: readonly Pair[], now: Pair, room: number): Fit | undefined {
    const { rollOver, maxPerMinute } = this.#options;
    const last = lastOf(marks);
    const [entered, left] = both((way) => {
      const ahead = this.#ahead(last[way], now[way]);
      const behind = this.#ahead(now[way], last[way]);
      const goesOn = ahead <= (now[way] >= last[way] ? room : Math.min(maxPerMinute, rollOver / 2));
      const wasSeen = behind <= this.#ahead((marks[0] ?? last)[way], last[way]);
      // A power cut leaves small totals; one that is half of the last or more was corrected.
      const isLate = wasSeen || (behind <= maxPerMinute && now[way] >= last[way] / 2);
      // A counter that loses its power just before it rolls over looks the same, unless the other total went on.
      const other = way === 0 ? 1 : 0;
      const isSure = now[way] >= last[way] || (now[other] > 0 && now[other] >= last[other]);
      if (goesOn && (ahead <= behind || !isLate)) return { people: ahead, isSure };
      return isLate ? { people: 0, isSure: wasSeen } : undefined;
    });
    if (entered === undefined || left === undefined) return undefined;
    return { people: [entered.people, left.people], isSure: entered.isSure && left.isSure };
  }

  /** The fewest people that a break after these marks can mean, each way. */
  #peopleAfterBreak(marks: readonly Pair[], now: Pair, room: number): Pair {
    const last = lastOf(marks);
    if (isJump(last, now)) return both((way) => Math.min(now[way] - last[way], room));
    return both((way) => {
      const possible = [now[way], this.#ahead(last[way], now[way])].filter((people) => people <= room);
      return possible.length > 0 ? Math.min(...possible) : 0;
    });
  }

  #withPeople(marks: readonly Pair[], people: Pair): Pair[] {
    if (isNobody(people)) return [...marks];
    const last = lastOf(marks);
    return [...marks, both((way) => (last[way] + people[way]) % this.#options.rollOver)].slice(-maxMarks);
  }

  /** How far it is from one total to another, through the roll-over if need be. */
  #ahead(from: number, to: number): number {
    return to >= from ? to - from : to - from + this.#options.rollOver;
  }
}

function both<T>(of: (way: 0 | 1) => T): [T, T] {
  return [of(0), of(1)];
}

function lastOf(marks: readonly Pair[]): Pair {
  return marks.at(-1) ?? [0, 0]; // there is always one
}

/** How many people an explanation means; Infinity if there is no such explanation. */
function sum(explanation: { readonly people: Pair } | undefined): number {
  return explanation ? explanation.people[0] + explanation.people[1] : Number.POSITIVE_INFINITY;
}

function isNobody(people: Pair): boolean {
  return people[0] === 0 && people[1] === 0;
}

function isJump(last: Pair, now: Pair): boolean {
  return now[0] >= last[0] && now[1] >= last[1];
}
