import { expect, test } from 'vitest';
import { foreign, listed, sentences } from '../../shared/text.ts';

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
