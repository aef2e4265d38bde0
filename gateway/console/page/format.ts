/** Values, amounts and times as people read them, in their language and time zone. */
import type { Value } from '../../../shared/reading.ts';
import { type Language, printable, type Text } from '../../../shared/text.ts';
import { unitSign } from '../../../shared/unit-signs.ts';
import { say } from './words.ts';

const LOCALE = {
  en: 'en-GB',
  ja: 'ja-JP',
} as const;

type Formats = Readonly<Record<Language, { format(value: number): string }>>;
const inEach = (make: (locale: string) => { format(value: number): string }): Formats => ({
  en: make(LOCALE.en),
  ja: make(LOCALE.ja),
});
const numbers = inEach((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }));
const moments = inEach((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }));
const clockTimes = inEach((locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }));
const clockMinutes = inEach((locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }));

export function numberText(value: number, language: Language): string {
  return numbers[language].format(value);
}

/** Positions need more places: 6 decimals of a degree are 0.1 m. */
const places = inEach((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }));

export function valueText(value: Value, unit: string, language: Language): string {
  if (typeof value === 'boolean') return (value ? say.yes() : say.no())[language];
  if (typeof value === 'string') return printable(value);
  if (unit === 'ms') return momentText(value, language);
  const shown = (unit === 'lat' || unit === 'lon' ? places : numbers)[language].format(value);
  const sign = unitSign(unit);
  return sign === '' ? shown : `${shown}${/^[°%]/.test(sign) && sign !== '°C' ? '' : ' '}${sign}`;
}

/** Date and time in the reader's zone. What no Date can hold is a stranger's and shown as it is. */
export function momentText(at: number, language: Language): string {
  return inTime(moments, at, language);
}

export function clockText(at: number, language: Language): string {
  return inTime(clockTimes, at, language);
}

export function minuteText(at: number, language: Language): string {
  return inTime(clockMinutes, at, language);
}

function inTime(formats: Formats, at: number, language: Language): string {
  return Number.isNaN(new Date(at).getTime()) ? `${at} ms` : formats[language].format(at);
}

export function bytesText(bytes: number, language: Language): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const places = bytes / 1000 ** step < 10 && step > 0 ? 1 : 0;
  return `${numberText(Number((bytes / 1000 ** step).toFixed(places)), language)} ${units[step]}`;
}

/** How long something takes or is old, in the unit that fits. */
export function spanText(ms: number): Text {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return say.seconds({ count: seconds });
  if (seconds < 3_600) return say.minutes({ count: Math.floor(seconds / 60) });
  if (seconds < 172_800) return say.hours({ count: Math.floor(seconds / 3_600) });
  return say.days({ count: Math.floor(seconds / 86_400) });
}
