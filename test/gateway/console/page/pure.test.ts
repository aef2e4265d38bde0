/** What the page reckons without a browser. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesText, numberText, spanText, valueText } from '../../../../gateway/console/page/format.ts';
import { History, maxPoints } from '../../../../gateway/console/page/history.ts';
import { byLevel, levelOf } from '../../../../gateway/console/page/levels.ts';
import { hrefOf, PAGE_NAMES, routeOf } from '../../../../gateway/console/page/route.ts';
import { keepSame } from '../../../../gateway/console/page/same.ts';
import type { Status } from '../../../../gateway/status/status.ts';
import { chooseLanguage, chosenLanguage, forgetLanguage } from '../../../../shared/page/language.ts';

test('a status that is kept is equal to the new one, and its unchanged parts are the same objects', () => {
  const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value));
  fc.assert(
    fc.property(fc.jsonValue().map(copy), fc.jsonValue().map(copy), (last, next) => {
      expect(keepSame(last, copy(next))).toEqual(next);
      expect(keepSame(last, copy(last))).toBe(last);
    }),
  );
  const last = { a: { x: 1 }, b: [1, { y: 2 }], gone: { z: 3 } };
  const kept = keepSame(last, { a: { x: 1 }, b: [2, { y: 2 }] } as typeof last);
  expect(kept.a).toBe(last.a);
  expect(kept.b[1]).toBe(last.b[1]);
  expect(kept.b).not.toBe(last.b);
  expect('gone' in kept).toBe(false);
});

const told = (at: number, level: number, quality?: 'out-of-range') => {
  const last = {
    device: 'g',
    kind: 'water-level',
    observedAt: at,
    values: { level, tag: 'x' },
    ...(quality && { quality }),
  };
  return { g: { last } } as unknown as Status['devices']; // as much of it as is looked at
};

test('what a device told since the page was opened is kept once each, and of much the newest', () => {
  const history = new History();
  const first = told(1, 0.5);
  history.take(first);
  history.take(first);
  history.take(told(1, 0.5));
  expect(history.of('g', 'level')).toEqual({ at: [1], values: [0.5], isDoubtful: [false] });
  expect(history.of('g', 'tag')).toBeUndefined();
  for (let i = 2; i <= maxPoints + 10; i++) history.take(told(i, i, 'out-of-range'));
  expect(history.of('g', 'level')?.at).toHaveLength(maxPoints);
  expect(history.of('g', 'level')?.at.at(0)).toBe(11);
  expect(history.of('g', 'level')?.isDoubtful.at(-1)).toBe(true);
});

test('when time goes back, a plot begins anew: it never runs backwards', () => {
  const history = new History();
  for (const at of [100, 200, 50]) history.take(told(at, at));
  expect(history.of('g', 'level')?.at).toEqual([50]);
});

test.each([
  ['水防団待機水位', 1],
  ['氾濫注意水位', 2],
  ['避難判断水位', 3],
  ['氾濫危険水位', 4],
  ['氾濫発生', 5],
  ['警戒レベル３', 3],
  ['flood, level 4', 4],
  ['level-2', 2],
  ['level 12', undefined],
  ['high water level', undefined],
  ['高潮注意', undefined],
  ['gate', undefined],
])('the alarm "%s" has the level %s', (alarm, level) => {
  expect(levelOf(alarm)).toBe(level);
});

test('the most urgent alarm is first', () => {
  expect(['gate', '氾濫注意水位', '氾濫危険水位'].toSorted(byLevel)).toEqual(['氾濫危険水位', '氾濫注意水位', 'gate']);
});

test.each([
  [0, '0'],
  [1234567.8914, '1,234,567.891'],
  [-1234, '-1,234'],
  [0.000123456, '0.000123'],
  [2.5, '2.5'],
])('the number %s is written %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});

test('values have their units as people write them, whoever named them', () => {
  expect(valueText(8.25, 'Cel', 'en')).toBe('8.25 °C');
  expect(valueText(61, '%RH', 'ja')).toBe('61%');
  expect(valueText(139.4897123, 'lon', 'en')).toBe('139.489712°');
  expect(valueText(3, 'count', 'en')).toBe('3');
  expect(valueText(3, 'constructor', 'en')).toBe('3 constructor');
  expect(valueText(true, '', 'ja')).toBe('はい');
  expect(valueText('a\u202eb\n', '', 'en')).toBe('a\ufffdb ');
  expect(valueText(1e300, 'ms', 'en')).toBe('1e+300 ms');
});

test.each([
  [999, '999 B'],
  [1_500, '1.5 kB'],
  [50_000_000, '50 MB'],
  [2_300_000_000_000, '2,300 GB'],
])('%s bytes are written %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test.each([
  [-5_000, '0 s'],
  [59_400, '59 s'],
  [61_000, '1 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 days'],
])('%s ms are written %s', (ms, text) => {
  expect(spanText(ms).en).toBe(text);
});

test('an address leads to its page, and one that leads nowhere to the first', () => {
  for (const page of PAGE_NAMES.filter((name) => name !== 'device' && name !== 'test'))
    expect(routeOf(hrefOf({ page }))).toEqual({ page });
  const device = { page: 'device', about: 'lora/50%-#1' } as const;
  expect(routeOf(hrefOf(device))).toEqual(device);
  expect(routeOf('#/device/%E0%A4%A')).toEqual({ page: 'device', about: '%E0%A4%A' });
  for (const nowhere of ['', '#', '#/device/', '#/../etc', '#/constructor'])
    expect(routeOf(nowhere)).toEqual({ page: 'today' });
});

test('the language is the one chosen, else the browser’s, else English', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  expect(chosenLanguage(storage, 'ja-JP')).toBe('ja');
  expect(chosenLanguage(storage, 'pt-BR')).toBe('en');
  chooseLanguage(storage, 'ja');
  expect(chosenLanguage(storage, 'en-GB')).toBe('ja');
  forgetLanguage(storage);
  expect(kept.size).toBe(0);
});
