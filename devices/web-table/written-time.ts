/**
 * A time as pages write it: "2026/11/26 14:10", with Japanese eras and weekdays, "11/26 24:00", "202611261410", ISO 8601.
 *
 * Promise: a time without a year is the latest such time that is not more than a day after the reference; one without a date is only read
 * beside a date of the document, and is the latest before that. 24:00 is the end of its day (ISO 8601:2004 §4.2.3). A date that does not
 * exist is none.
 */
import { timeValue, zoneOffsetMs } from '../profile/time.ts';
import { AFTERNOON, ERAS, FIRST_YEAR, FORENOON, plain, WEEKDAY, WRITTEN_TIME } from './page-words.ts';

/** As "auto", or as a profile's time. */
export interface TimeFormat {
  readonly format: string;
  readonly timeZone: string;
}

/** What a time leaves out is taken from here; epoch ms. */
export interface Reference {
  /** The document's own time. */
  readonly document?: number | undefined;
  /** When it came, if the clock is set. */
  readonly now?: number | undefined;
}

interface Parts {
  readonly year?: number | undefined;
  readonly month?: number | undefined;
  readonly day?: number | undefined;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly zone: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?$/;

/** Epoch ms; undefined if there is none, or it leaves out what nothing else says. */
export function pageTime(raw: unknown, how: TimeFormat, reference: Reference): number | undefined {
  if (typeof raw !== 'string' && typeof raw !== 'number') return undefined;
  if (how.format !== 'auto') return timeValue(typeof raw === 'string' ? plain(raw) : raw, how);
  const text = plain(String(raw)).replace(WEEKDAY, ' ');
  const iso = timeValue(text, { format: 'iso', timeZone: how.timeZone });
  if (iso !== undefined) return iso;
  const parts = compactParts(text) ?? writtenParts(text);
  return parts && momentOf(parts, how.timeZone, reference);
}

function compactParts(text: string): Parts | undefined {
  const [year, month, day, hour, minute, second = '0'] = COMPACT.exec(text)?.slice(1) ?? [];
  if (year === undefined) return undefined;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number);
  return { year: y, month: mo, day: d, hour: h ?? 0, minute: mi ?? 0, second: s ?? 0, zone: '' };
}

function writtenParts(text: string): Parts | undefined {
  const found = WRITTEN_TIME.exec(text)?.groups;
  if (found === undefined) return undefined;
  const { year, era, eraYear, month, day, half = '', minute, minute2, second, zone = '' } = found;
  const written = Number(found.hour);
  const isHalf = half !== '' && written <= 12;
  const hour =
    isHalf && AFTERNOON.test(half) ? (written % 12) + 12 : isHalf && FORENOON.test(half) ? written % 12 : written;
  const ofEra =
    era === undefined ? undefined : (ERAS[era.toUpperCase()] ?? 0) + (eraYear === FIRST_YEAR ? 1 : Number(eraYear));
  return {
    year: ofEra ?? numberIn(year),
    month: numberIn(month),
    day: numberIn(day),
    hour,
    minute: Number(minute ?? minute2 ?? 0),
    second: Number(second ?? 0),
    zone,
  };
}

function momentOf(parts: Parts, timeZone: string, { document, now }: Reference): number | undefined {
  const { year, month, day } = parts;
  if (month === undefined || day === undefined) {
    if (document === undefined) return undefined; // a page that has stopped would be of today for ever
    const local = new Date(document + zoneOffsetMs(timeZone, document));
    const sameDay = inDate(parts, dateOf(local), timeZone);
    return sameDay !== undefined && sameDay > document + HOUR / 2 ? sameDay - DAY : sameDay;
  }
  if (year !== undefined) return inDate(parts, { year, month, day }, timeZone);
  const reference = document ?? now;
  if (reference === undefined) return undefined;
  const thisYear = new Date(reference + zoneOffsetMs(timeZone, reference)).getUTCFullYear();
  const candidates = [thisYear + 1, thisYear, thisYear - 1].map((each) =>
    inDate(parts, { year: each, month, day }, timeZone),
  );
  return candidates.find((each) => each !== undefined && each <= reference + DAY);
}

interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function inDate({ hour, minute, second, zone }: Parts, date: CivilDate, timeZone: string): number | undefined {
  if (hour === 24 && minute === 0 && second === 0) {
    const midnight = timeValue(isoText(date, '00:00:00', zone), { format: 'iso', timeZone });
    return midnight === undefined ? undefined : midnight + DAY;
  }
  const time = [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':');
  return timeValue(isoText(date, time, zone), { format: 'iso', timeZone });
}

function isoText({ year, month, day }: CivilDate, time: string, zone: string): string {
  const [mm, dd] = [month, day].map((part) => String(part).padStart(2, '0'));
  return `${String(year).padStart(4, '0')}-${mm}-${dd} ${time}${zone}`;
}

function dateOf(local: Date): CivilDate {
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
