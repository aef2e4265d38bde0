import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foreign, listed, printable, printableJson, sentences } from '../../shared/text.ts';

const say = sentences('harbour', {
  closed: { en: 'Port {name} is closed ({why})', ja: 'ポート {name} が開けません（{why}）' },
  wait: { en: '{count} {count:reading waits|readings wait}', ja: '{count}件が待っています' },
  fine: { en: 'All is well', ja: '正常です' },
});

test('a sentence has its code and both languages', () => {
  expect(say.fine()).toEqual({ code: 'harbour.fine', en: 'All is well', ja: '正常です' });
});

test('a text within a sentence speaks the language of the sentence', () => {
  expect(say.closed({ name: 'usb', why: say.fine() })).toMatchObject({
    en: 'Port usb is closed (All is well)',
    ja: 'ポート usb が開けません（正常です）',
  });
});

test.each([
  [0, '0 readings wait'],
  [1, '1 reading waits'],
  [2, '2 readings wait'],
])('%i has the right plural', (count, en) => {
  expect(say.wait({ count })).toMatchObject({ en, ja: `${count}件が待っています` });
});

test('lists have the comma of their language', () => {
  expect(listed(['a', foreign('b'), 3])).toMatchObject({ en: 'a, b, 3', ja: 'a、b、3' });
});

test('a gap without a value is a fault of the program', () => {
  const closed = say.closed as (values: object) => unknown;
  expect(() => closed({ name: 'usb' })).toThrow(RangeError);
});

test('what is filled in is not filled in again', () => {
  expect(say.closed({ name: '{why}', why: 'cut' }).en).toBe('Port {why} is closed (cut)');
});

/** C0, ESC, C1, directions, line separators, tags (beyond 16 bits), half a surrogate pair. */
const HOSTILE =
  'a\u0000\u001b[2J\u0085\u009b\u200e\u200f\u061c\u202a\u202e\u2066\u2069\u2028\u2029\u{e0001}\ud800\r\nb\tc';
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u;

test('what strangers say is printable and stays on its line, alone or in a sentence', () => {
  expect(printable(HOSTILE)).toMatch(/^a\ufffd\ufffd\[2J\ufffd+ b c$/);
  for (const { en, ja } of [
    foreign(HOSTILE),
    say.closed({ name: HOSTILE, why: foreign(HOSTILE) }),
    listed([HOSTILE]),
  ]) {
    expect(en).not.toMatch(UNPRINTABLE);
    expect(ja).not.toMatch(UNPRINTABLE);
  }
  expect(printable('水位 1.5 m 👩')).toBe('水位 1.5 m 👩');
});

test('printable JSON has no such character and the same content', () => {
  const unit = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE));
  fc.assert(
    fc.property(fc.dictionary(unit, fc.array(unit)), (value) => {
      const json = printableJson(JSON.stringify(value));
      expect(json).not.toMatch(UNPRINTABLE);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
