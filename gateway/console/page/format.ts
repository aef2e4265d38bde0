/** Values, amounts and times as people read them, in their language and time zone. */
import type { Value } from '../../../shared/reading.ts';
import { type Language, printable, type Text } from '../../../shared/text.ts';
import { unitSign } from '../../../shared/unit-signs.ts';
import { say } from './words.ts';

const LOCALE = {
  en: 'en-GB',
  ja: 'ja-JP',
} as const;

/** Made when they are first needed: the first takes a phone a tenth of a second. */
const moments: Partial<Record<Language, Intl.DateTimeFormat>> = {};

/**
 * Rounded to so many decimals, by default to 3 or, below 1, to 3 digits that count; with thousands apart. The same in every
 * language, and quicker than an Intl format is made.
 */
export function numberText(value: number, decimals?: number): string {
  const isSmall = decimals === undefined && Math.abs(value) < 1;
  const rounded = Number(isSmall ? value.toPrecision(3) : value.toFixed(decimals ?? 3));
  const [whole = '', part] = String(rounded).split('.');
  const grouped = whole.replace(/\d(?=(\d{3})+$)/g, '$&,');
  return part === undefined ? grouped : `${grouped}.${part}`;
}

/** 6 decimals of a degree are 0.1 m. */
const PLACE_DECIMALS = 6;

export function valueText(value: Value, unit: string, language: Language): string {
  if (typeof value === 'boolean') return (value ? say.yes() : say.no())[language];
  if (typeof value === 'string') return printable(value);
  if (unit === 'ms') return momentText(value, language);
  const shown = numberText(value, unit === 'lat' || unit === 'lon' ? PLACE_DECIMALS : undefined);
  const sign = unitSign(unit);
  return sign === '' ? shown : `${shown}${/^[°%]/.test(sign) && sign !== '°C' ? '' : ' '}${sign}`;
}

/** `lat`, `lon`: WGS 84 degrees. */
export function placeText({ lat, lon }: { readonly lat: number; readonly lon: number }, language: Language): string {
  return `${valueText(lat, 'lat', language)}, ${valueText(lon, 'lon', language)}`;
}

/** Date and time in the reader's zone. What no Date can hold is a stranger's and shown as it is. */
export function momentText(at: number, language: Language): string {
  if (Number.isNaN(new Date(at).getTime())) return `${at} ms`;
  moments[language] ??= new Intl.DateTimeFormat(LOCALE[language], { dateStyle: 'medium', timeStyle: 'medium' });
  return moments[language].format(at);
}

/** The time of day with seconds, in the reader's zone: the same in every language, and quicker than an Intl format is made. */
export function clockText(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

export function minuteText(at: number): string {
  return clockText(at).slice(0, 5);
}

export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const places = bytes / 1000 ** step < 10 && step > 0 ? 1 : 0;
  return `${numberText(bytes / 1000 ** step, places)} ${units[step]}`;
}

/** How long something takes or is old, in the unit that fits. */
export function spanText(ms: number): Text {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return say.seconds({ count: seconds });
  if (seconds < 3_600) return say.minutes({ count: Math.floor(seconds / 60) });
  if (seconds < 172_800) return say.hours({ count: Math.floor(seconds / 3_600) });
  return say.days({ count: Math.floor(seconds / 86_400) });
}
