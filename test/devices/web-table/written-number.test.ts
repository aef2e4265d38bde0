import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isNothing, writtenNumber } from '../../../devices/web-table/written-number.ts';

test.each([
  ['1.23', 1.23],
  ['１．２３', 1.23],
  ['1,234', 1234],
  ['－０．５', -0.5],
  ['△0.5', -0.5],
  ['▲ 12', -12],
  ['−0.12', -0.12],
  ['+3', 3],
  [' 1.50\u3000', 1.5],
  ['1.23↑', 1.23],
  ['↓ 1.23', 1.23],
  [2.5, 2.5],
])('%j is the number %d', (written, number) => {
  expect(writtenNumber(written)).toBe(number);
});

test('a unit is taken only if it is named, since another one would make another number', () => {
  expect(writtenNumber('1.23m', ['m'])).toBe(1.23);
  expect(writtenNumber('123 cm', ['m'])).toBeUndefined();
  expect(writtenNumber('２１．５℃', ['℃'])).toBe(21.5);
  expect(writtenNumber('1.23m')).toBeUndefined();
});

test.each(['1.2.3', '12,34', '1 2', '2026/11/26', 'abc', '0x10', '', 'm', {}, [1], null])(
  '%j is no number',
  (written) => {
    expect(writtenNumber(written, ['m'])).toBeUndefined();
  },
);

test.each([
  '',
  '-',
  '--',
  '---',
  '－',
  '―',
  '***',
  '…',
  '///',
  '欠測',
  ' 閉局 ',
  '×',
  null,
  undefined,
  -9999,
  '-9999',
  '-9999.0',
])('%j says that there is no value', (written) => {
  expect(isNothing(written, [])).toBe(true);
});

test('more such texts can be named, and 0 is a value', () => {
  expect(isNothing('計器障害', [])).toBe(false);
  expect(isNothing('計器障害', ['計器障害'])).toBe(true);
  expect(isNothing('999.9', ['999.90'])).toBe(true);
  expect(isNothing('0', [])).toBe(false);
  expect(isNothing(0, [])).toBe(false);
});

test('every number is read as it was written, in full-width digits and with groups of three', () => {
  const wide = (text: string) => text.replace(/[!-~]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0));
  fc.assert(
    fc.property(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.integer({ min: 0, max: 3 }), (whole, digits) => {
      const number = whole / 10 ** digits;
      const grouped = number.toLocaleString('en-US', { minimumFractionDigits: digits });
      for (const written of [String(number), grouped, wide(grouped), `${grouped} m`]) {
        expect(writtenNumber(written, ['m'])).toBe(number === 0 ? 0 : number);
      }
    }),
  );
});

test('whatever a page writes is a finite number or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (written) => {
      const number = writtenNumber(written, ['m']);
      expect(number === undefined || Number.isFinite(number)).toBe(true);
    }),
  );
});
