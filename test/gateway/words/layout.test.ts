import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aligned, cut, hanging, padded, width, wrapped } from '../../../gateway/words/layout.ts';

test('Japanese characters take two columns', () => {
  expect([width('abc'), width('水位'), width('（水位）'), width('ｱ'), width('é')]).toEqual([3, 4, 8, 1, 1]);
  expect(padded('水位', 6)).toBe('水位  ');
});

test('columns of a table are as wide as their widest cell', () => {
  expect(
    aligned([
      ['機器', '件数'],
      ['gauge-01', '3'],
      ['橋', '12'],
    ]),
  ).toEqual(['機器      件数', 'gauge-01  3', '橋        12']);
});

test('English breaks at blanks, Japanese between characters, but not before a full stop or after a bracket', () => {
  expect(wrapped('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrapped('測定値を保存します。', 12)).toEqual(['測定値を保存', 'します。']);
  expect(wrapped('測定値を保存。します', 12)).toEqual(['測定値を保', '存。します']);
  expect(wrapped('測定値（保存）', 8)).toEqual(['測定値', '（保存）']);
  expect(wrapped('ポート river（/dev/ttyUSB0）', 20)).toEqual(['ポート river', '（/dev/ttyUSB0）']);
});

test('lines after the first hang below the text', () => {
  expect(hanging('! ', 'one two three', 10)).toEqual(['! one two', '  three']);
});

test('nothing but blanks is lost, and no line is too wide unless it is one piece', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', '水', '位', '、', '（', '）', '-'),
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), fc.integer({ min: 20, max: 40 }), (words, columns) => {
      const text = words.join(' ');
      const lines = wrapped(text, columns);
      expect(lines.join('').replace(/ /g, '')).toBe(text.replace(/ /g, ''));
      for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
    }),
  );
});

test('what is too long is cut by the columns that it takes, never in the middle of a character', () => {
  expect([cut('abc', 3), cut('abcd', 3), cut('水位計', 6), cut('水位計', 5), cut('水位計', 4)]).toEqual([
    'abc',
    'ab…',
    '水位計',
    '水位…',
    '水…',
  ]);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
      expect(width(cut(text, columns))).toBeLessThanOrEqual(columns);
    }),
  );
});
