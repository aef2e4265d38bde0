/** The time that a report is about: whole days of the city's time zone. */

const MINUTE = 60_000;
const DAY = 86_400_000;
export const maxDays = 62;

/** A day of the calendar. Days of summer time have 23 or 25 hours. */
export interface Day {
  /** "2026-11-03" */
  readonly date: string;
  /** Epoch ms; `to` is the beginning of the next day. */
  readonly from: number;
  readonly to: number;
}

export interface Period {
  readonly timeZone: string;
  /** "2026-11" if it is a month of the calendar. */
  readonly month: string | undefined;
  readonly days: readonly Day[];
  readonly from: number;
  /** The end of the last day, epoch ms. */
  readonly to: number;
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** "2026-11"; undefined if there is no such month. */
export function monthPeriod(month: string, timeZone: string): Period | undefined {
  const [, year, number] = /^(\d{4})-(\d{2})$/.exec(month) ?? [];
  if (year === undefined || number === undefined) return undefined;
  const first = utcOf(`${month}-01`);
  if (first === undefined) return undefined;
  const last = Date.UTC(Number(year), Number(number), 0);
  return periodOf(first, last, timeZone, month);
}

/** From and to and including these days. Undefined if one does not exist, or there are none or more than `maxDays` of them. */
export function dayPeriod(from: string, to: string, timeZone: string): Period | undefined {
  const [first, last] = [utcOf(from), utcOf(to)];
  if (first === undefined || last === undefined || last < first) return undefined;
  if ((last - first) / DAY + 1 > maxDays) return undefined;
  return periodOf(first, last, timeZone, undefined);
}

/** The month before the one that `now` is in. */
export function monthBefore(now: number, timeZone: string): string {
  const { year, month } = wallOf(now, timeZone);
  const [before, number] = month === 1 ? [year - 1, 12] : [year, month - 1];
  return `${before}-${String(number).padStart(2, '0')}`;
}

function periodOf(first: number, last: number, timeZone: string, month: string | undefined): Period {
  const days: Day[] = [];
  for (let at = first; at <= last; at += DAY) {
    const date = new Date(at).toISOString().slice(0, 10);
    days.push({ date, from: midnight(at, timeZone), to: midnight(at + DAY, timeZone) });
  }
  return { timeZone, month, days, from: midnight(first, timeZone), to: midnight(last + DAY, timeZone) };
}

/** The day's midnight as if it were UTC; undefined if there is no such day. */
function utcOf(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date ? undefined : ms;
}

/** When the day begins in the zone: where summer time takes midnight away, the first minute that there is. */
function midnight(utc: number, timeZone: string): number {
  const { offset: near } = wallOf(utc, timeZone);
  const { offset } = wallOf(utc - near, timeZone);
  const begins = utc - offset;
  return wallOf(begins, timeZone).utc < utc ? begins + HOUR_SKIPPED : begins;
}

const HOUR_SKIPPED = 60 * MINUTE;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks in the zone show at that moment, and how far they are ahead of UTC. */
function wallOf(at: number, timeZone: string) {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
  formats.set(timeZone, format);
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const [year, month] = [part('year'), part('month')];
  const utc = Date.UTC(year, month - 1, part('day'), part('hour'), part('minute'), part('second'));
  return { year, month, utc, offset: utc - Math.floor(at / 1000) * 1000 };
}
