import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageTime } from '../../../devices/web-table/written-time.ts';

const japan = { format: 'auto', timeZone: 'Asia/Tokyo' };
const now = Date.parse('2026-11-26T05:12:00Z'); // 14:12 in Japan
const at = (iso: string) => Date.parse(iso);

test.each([
  ['2026-11-26T14:10:00+09:00', '2026-11-26T05:10:00Z'],
  ['2026-11-26T05:10:00Z', '2026-11-26T05:10:00Z'],
  ['2026/11/26 14:10', '2026-11-26T05:10:00Z'],
  ['２０２６／１１／２６　１４：１０', '2026-11-26T05:10:00Z'],
  ['2026年11月26日 14時10分', '2026-11-26T05:10:00Z'],
  ['2026年11月26日(木)14時10分現在', '2026-11-26T05:10:00Z'],
  ['令和8年11月26日 14時10分', '2026-11-26T05:10:00Z'],
  ['令和８年１１月２６日（木曜日）　１４時１０分', '2026-11-26T05:10:00Z'],
  ['R8.11.26 14:10', '2026-11-26T05:10:00Z'],
  ['令和元年5月1日 0時00分', '2019-04-30T15:00:00Z'],
  ['平成31年4月30日 24時00分', '2019-04-30T15:00:00Z'],
  ['更新日時：2026年11月26日 14時', '2026-11-26T05:00:00Z'],
  ['11/26 14:10', '2026-11-26T05:10:00Z'],
  ['11月26日 午後2時10分', '2026-11-26T05:10:00Z'],
  ['11月26日 午前12時10分', '2026-11-25T15:10:00Z'],
  ['11/25 24:00', '2026-11-25T15:00:00Z'],
  ['2026-11-25 24:00', '2026-11-25T15:00:00Z'],
  ['202611261410', '2026-11-26T05:10:00Z'],
  ['20261126141030', '2026-11-26T05:10:30Z'],
  ['2026/11/26 14:10:05', '2026-11-26T05:10:05Z'],
])('%s is %s', (written, expected) => {
  expect(pageTime(written, japan, { now })).toBe(at(expected));
});

test('a number may be the digits of a time', () => {
  expect(pageTime(202611261410, japan, { now })).toBe(at('2026-11-26T05:10:00Z'));
  expect(pageTime(1795669800, { format: 'epoch-s', timeZone: 'Asia/Tokyo' }, { now })).toBe(1795669800_000);
});

test.each([
  '14:10',
  '2026/13/01 10:00',
  '2026/02/30 10:00',
  '2026/11/26',
  '11/26 25:00',
  '11/26 24:10',
  '11/26 14:60',
  '',
  '欠測',
  'now',
  {},
  null,
  Number.NaN,
])('%j is no time', (written) => {
  expect(pageTime(written, japan, { now })).toBeUndefined();
});

test('a year that is left out is that of the latest such day', () => {
  const newYear = at('2026-12-31T15:05:00Z'); // 2027-01-01 00:05 in Japan
  expect(pageTime('12/31 23:50', japan, { now: newYear })).toBe(at('2026-12-31T14:50:00Z'));
  expect(pageTime('1/1 0:00', japan, { now: newYear })).toBe(at('2026-12-31T15:00:00Z'));
  expect(pageTime('2/29 10:00', japan, { now: at('2028-03-01T00:00:00Z') })).toBe(at('2028-02-29T01:00:00Z'));
  expect(pageTime('11/26 14:10', japan, {})).toBeUndefined(); // nobody knows the year
});

test('a date that is left out is that of the document, or the day before across midnight', () => {
  const document = at('2026-11-25T15:10:00Z'); // 00:10 in Japan
  expect(pageTime('0:10', japan, { document, now })).toBe(document);
  expect(pageTime('23:50', japan, { document, now })).toBe(at('2026-11-25T14:50:00Z'));
});

test('another zone is taken, and a zone in the text wins', () => {
  expect(pageTime('2026/07/01 12:00', { format: 'auto', timeZone: 'Europe/Berlin' }, {})).toBe(
    at('2026-07-01T10:00:00Z'),
  );
  expect(pageTime('2026/07/01 12:00 JST', { format: 'auto', timeZone: 'UTC' }, {})).toBe(at('2026-07-01T03:00:00Z'));
});

test('a pattern is followed to the letter', () => {
  const how = { format: 'DD.MM.YYYY hh:mm', timeZone: 'Asia/Tokyo' };
  expect(pageTime('26.11.2026 14:10', how, { now })).toBe(at('2026-11-26T05:10:00Z'));
  expect(pageTime('11.26 14:10', how, { now })).toBeUndefined();
});

test('every minute of a year is read back from each way of writing it', () => {
  const two = (part: number) => String(part).padStart(2, '0');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 366 * 1440 }), (minutes) => {
      const time = now - minutes * 60_000;
      const local = new Date(time + 9 * 3_600_000);
      const [y, mo, d] = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
      const [h, mi] = [local.getUTCHours(), two(local.getUTCMinutes())];
      const written = [
        `${y}/${mo}/${d} ${h}:${mi}`,
        `${y}年${mo}月${d}日${h}時${mi}分`,
        `令和${y - 2018}年${mo}月${d}日 ${h}時${mi}分`,
        `R${y - 2018}/${two(mo)}/${two(d)} ${two(h)}:${mi}`,
        `${y}${two(mo)}${two(d)}${two(h)}${mi}`,
      ];
      for (const each of written) expect(pageTime(each, japan, { now }), each).toBe(time - (time % 60_000));
    }),
  );
});

test('whatever a page writes is a time of this century or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789/:-.年月日時分 令和平成RHT+Z') }), (written) => {
      const time = pageTime(written, japan, { now, document: now });
      expect(time === undefined || (time >= Date.UTC(1999, 11, 30) && time <= Date.UTC(2100, 0, 2))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
