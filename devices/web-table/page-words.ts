/** What Japanese pages write: characters as data, not sentences. */

/** Of a stranger's text no more is looked at. */
const maxLooked = 500;

/** One form for each character: full-width digits as ASCII, ㍍ as two kana; white space as single blanks (Unicode NFKC). */
export function plain(text: string): string {
  return text.slice(0, maxLooked).normalize('NFKC').replace(/\s+/gu, ' ').trim();
}

/** Cells that say that there is no value; numbers among them are compared as numbers. */
export const NO_VALUES: readonly string[] = [
  '',
  '…',
  '×',
  '欠測',
  '欠',
  '閉局',
  '休止',
  '休止中',
  '休測',
  '停止中',
  '点検中',
  '保守中',
  '調整中',
  '未受信',
  '未観測',
  'データなし',
  'データ無し',
  'null',
  'NaN',
  'N/A',
  '-9999',
];
/** Rows of strokes, dots, asterisks or slashes mean nothing, however many there are. */
export const STROKES = /^[-\u2010-\u2015\u2212ー―*・./_]+$/u;

/** Before a negative number: △ as in accounts, and the many strokes that look like a minus. */
export const NEGATIVE = /^[△▲\u2010-\u2015\u2212―ー]/u;
/** How it goes: rising, falling, the same. */
export const TRENDS = /[↑↓→↗↘⬆⬇➡]/gu;

/** The first year of each era, less one. */
export const ERAS: Readonly<Record<string, number>> = { 令和: 2018, R: 2018, 平成: 1988, H: 1988 };
export const FIRST_YEAR = '元';
export const AFTERNOON = /^(?:午後|PM)$/i;
export const FORENOON = /^(?:午前|AM)$/i;
/** "(木)", "(木曜日)", which say nothing that the date does not. */
export const WEEKDAY = /[（(]\s*[日月火水木金土](?:曜日?)?(?:・?祝)?\s*[)）]/gu;
const DATE = String.raw`(?:(?:(?<year>\d{4})|(?<era>令和|平成|R|H)\s?(?<eraYear>\d{1,2}|元))\s?[-/.年]\s?)?(?<month>\d{1,2})\s?[-/.月]\s?(?<day>\d{1,2})\s?日?`;
const TIME = String.raw`(?<half>午前|午後|AM|PM)?\s?(?<hour>\d{1,2})\s?(?:[:]\s?(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d{1,9})?)?|時\s?(?:(?<minute2>\d{1,2})\s?分)?)(?!\d)\s?(?<zone>Z|JST|[+-]\d{2}:?\d{2})?`;
/** A time anywhere in a text, with a date before it if there is one. */
export const WRITTEN_TIME = new RegExp(String.raw`(?<!\d)(?<!\d:)(?:${DATE}[T\s]{0,2})?${TIME}`, 'iu');
