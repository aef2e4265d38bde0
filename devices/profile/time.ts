/**
 * The time that a device writes: as ISO 8601 and its everyday variants, as a number since 1970, or by a pattern of its own.
 *
 * Promise: a date that does not exist, or is outside 2000 to 2099, is none. A time without a zone is in the stated one; in an
 * hour that comes twice it is the earlier, in one that does not exist it is moved on by the gap.
 */
import * as v from 'valibot';
import { must, setting, table } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import type { From } from './fields.ts';
import { finiteNumber } from './values.ts';
import { say } from './words.ts';

const MIN_TIME_MS = Date.UTC(2000, 0);
const MAX_TIME_MS = Date.UTC(2100, 0);
const MINUTE = 60_000;
const maxFormatLength = 64;

const NAMED = ['iso', 'epoch-s', 'epoch-ms'];
/** What stands for a part of the time in a pattern. */
const PARTS: Readonly<Record<string, string>> = {
  YYYY: String.raw`(?<year>\d{4})`,
  YY: String.raw`(?<year>\d{2})`,
  MM: String.raw`(?<month>\d{1,2})`,
  DD: String.raw`(?<day>\d{1,2})`,
  hh: String.raw`(?<hour>\d{1,2})`,
  mm: String.raw`(?<minute>\d{2})`,
  ss: String.raw`(?<second>\d{2})`,
  SSS: String.raw`(?<fraction>\d{3})`,
};
const PART = /YYYY|YY|MM|DD|hh|mm|ss|SSS/g;
const ISO = new RegExp(
  String.raw`^(?<year>\d{4})(?:([-/.])(?<month>\d{1,2})\2(?<day>\d{1,2})|(?<month2>\d\d)(?<day2>\d\d))(?:T| +)` +
    String.raw`(?:(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d))?|(?<hour2>\d\d)(?<minute2>\d\d)(?<second2>\d\d)?)` +
    String.raw`(?:[.,](?<fraction>\d{1,9}))? *(?<zone>Z|UTC|GMT|JST|[+-]\d\d(?::?\d\d)?)?$`,
  'i',
);
const ZONE_OFFSET = /^([+-])(\d\d):?(\d\d)?$/;

export const timeZone = setting(
  v.pipe(v.string(must(say.mustBeZone())), v.check(isZone, must(say.mustBeZone()))),
  say.timeZone(),
);

export function timeOf<F extends From>(from: F, meaning: Text) {
  const format = setting(
    v.pipe(v.string(must(say.mustBeTimeFormat())), v.check(isFormat, must(say.mustBeTimeFormat()))),
    say.timeFormat(),
  );
  return setting(table({ from, format, timeZone: v.optional(timeZone, 'UTC') }), meaning);
}

export function timeWith<F extends From>(from: F, meaning: Text) {
  return v.optional(timeOf(from, meaning));
}

export type Time = v.InferOutput<ReturnType<typeof timeOf<From>>>;

/** Epoch ms of a profile's time; undefined if it is none. */
export function timeValue(raw: unknown, { format, timeZone }: Pick<Time, 'format' | 'timeZone'>): number | undefined {
  const ms = format.startsWith('epoch-')
    ? (finiteNumber(raw) ?? Number.NaN) * (format === 'epoch-s' ? 1000 : 1)
    : writtenTime(raw, format === 'iso' ? ISO : patternOf(format), timeZone);
  return ms >= MIN_TIME_MS && ms < MAX_TIME_MS ? Math.round(ms) : undefined;
}

function writtenTime(raw: unknown, pattern: RegExp, timeZone: string): number {
  const parts =
    typeof raw === 'string' || typeof raw === 'number' ? pattern.exec(String(raw).trim())?.groups : undefined;
  if (parts === undefined) return Number.NaN;
  const part = (name: string) => Number(parts[name] ?? parts[`${name}2`] ?? 0);
  const year = part('year') + ((parts.year ?? '').length === 2 ? 2000 : 0);
  const [month, day, hour, minute, second] = ['month', 'day', 'hour', 'minute', 'second'].map(part) as Five;
  const midnight = Date.UTC(year, month - 1, day);
  const isDate = new Date(midnight).getUTCMonth() === month - 1 && new Date(midnight).getUTCDate() === day;
  if (!isDate || hour > 23 || minute > 59 || second > 60) return Number.NaN; // 60: a leap second
  const fractionMs = Number(`0.${parts.fraction ?? 0}`) * 1000;
  const local = midnight + (hour * 60 + minute) * MINUTE + second * 1000;
  const zone = parts.zone?.toUpperCase();
  return (zone === undefined ? inZone(local, timeZone) : local - (offsetNamed(zone) ?? 0)) + fractionMs;
}

type Five = [number, number, number, number, number];

/** The first moment at which a clock of the zone shows this time (epoch ms as if it were UTC). */
function inZone(local: number, zone: string): number {
  const fixed = offsetNamed(zone.toUpperCase());
  if (fixed !== undefined) return local - fixed;
  const [before, after] = [offsetOf(zone, local - 86_400_000), offsetOf(zone, local + 86_400_000)];
  const [first, second] = [local - Math.max(before, after), local - Math.min(before, after)];
  if (offsetOf(zone, first) === local - first) return first;
  return offsetOf(zone, second) === local - second ? second : local - before;
}

/** What a clock of the zone shows (epoch ms as if it were UTC) less UTC, ms. */
export function zoneOffsetMs(zone: string, at: number): number {
  return offsetNamed(zone.toUpperCase()) ?? offsetOf(zone, at);
}

/** "Z", "+09:00", "JST" in ms; undefined for a name. */
function offsetNamed(zone: string): number | undefined {
  if (zone === 'JST') return 9 * 60 * MINUTE;
  if (zone === 'Z' || zone === 'UTC' || zone === 'GMT') return 0;
  const [, sign, hours, minutes = '0'] = ZONE_OFFSET.exec(zone) ?? [];
  if (sign === undefined) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE;
}

/** Local time minus UTC in a zone, ms. */
function offsetOf(zone: string, at: number): number {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - Math.floor(at / 1000) * 1000;
}

/** One for each zone that a profile names. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  clocks.set(zone, clock);
  return clock;
}

/** One for each pattern that a profile states. */
const patterns = new Map<string, RegExp>();

function patternOf(format: string): RegExp {
  const known = patterns.get(format);
  if (known !== undefined) return known;
  let written = '';
  let at = 0;
  for (const { 0: part, index } of format.matchAll(PART)) {
    written += escaped(format.slice(at, index)) + (PARTS[part] ?? '');
    at = index + part.length;
  }
  const pattern = new RegExp(`^${written}${escaped(format.slice(at))}$`);
  patterns.set(format, pattern);
  return pattern;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/** A name, or a pattern with a date and a time, each part once. */
export function isFormat(format: string): boolean {
  if (NAMED.includes(format)) return true;
  const parts = [...format.matchAll(PART)].map(([part]) => (part === 'YY' ? 'YYYY' : part));
  const isWhole = ['YYYY', 'MM', 'DD', 'hh', 'mm'].every((part) => parts.includes(part));
  return isWhole && new Set(parts).size === parts.length && format.length <= maxFormatLength;
}

function isZone(zone: string): boolean {
  if (offsetNamed(zone.toUpperCase()) !== undefined) return true;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
