/** A number as pages write it: "１，２３４．５", "△0.12", "1.23 m", "↑ 1.23". */
import { finiteNumber } from '../profile/values.ts';
import { NEGATIVE, NO_VALUES, plain, STROKES, TRENDS } from './page-words.ts';

/** The number; undefined if it is none. `suffixes`: units that may stand behind it; any other makes it none, since it may be another unit. */
export function writtenNumber(raw: unknown, suffixes: readonly string[] = []): number | undefined {
  if (typeof raw === 'number') return finiteNumber(raw);
  if (typeof raw !== 'string') return undefined;
  let text = plain(raw).replace(NEGATIVE, '-').replace(TRENDS, '').trim();
  const ends = suffixes.map(plain).filter((unit) => unit !== '' && text.endsWith(unit));
  const suffix = ends.toSorted((a, b) => b.length - a.length)[0]; // of "cm" and "m" the longer
  if (suffix !== undefined) text = text.slice(0, -suffix.length).trimEnd();
  const isGrouped = /^[+-]?\s?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text);
  return finiteNumber((isGrouped ? text.replaceAll(',', '') : text).replace(/^([+-])\s/, '$1'));
}

/** Whether a cell says that there is no value. `more`: further texts that do. */
export function isNothing(raw: unknown, more: readonly string[]): boolean {
  if (raw === undefined || raw === null || Number.isNaN(raw)) return true;
  if (typeof raw !== 'string' && typeof raw !== 'number') return false;
  const text = plain(String(raw));
  if (STROKES.test(text)) return true;
  const number = finiteNumber(text);
  return [...NO_VALUES, ...more].some((each) => {
    const marker = plain(each);
    return marker === '' ? text === '' : marker === text || (number !== undefined && finiteNumber(marker) === number);
  });
}
