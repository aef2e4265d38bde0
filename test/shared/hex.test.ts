import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainDigits } from '../../shared/hex.ts';

const EUI = '70b3d57ed0051234';

test.each([
  '70-B3-D5-7E-D0-05-12-34',
  '70:b3:d5:7e:d0:05:12:34',
  ' 70B3 D57E D005 1234 ',
  '0x70B3D57ED0051234',
  '0x70, 0xB3, 0xD5, 0x7E, 0xD0, 0x05, 0x12, 0x34',
  '７０Ｂ３Ｄ５７Ｅ　Ｄ００５１２３４',
  '70‑B3–D5−7E D0—05.12_34',
  '\uFEFF"70B3D57ED0051234"',
])('an EUI printed as %s is read', (printed) => {
  expect(plainDigits(printed)).toBe(EUI);
});

test('whatever stands between its digits, an EUI is the same', () => {
  const between = fc.constantFrom('', '-', ':', ' ', '.', '\u00a0', '\u200b', ', 0x');
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), between, fc.boolean(), (bytes, separator, isUpper) => {
      const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
      const printed = pairs.join(separator);
      expect(plainDigits(isUpper ? printed.toUpperCase() : printed)).toBe(pairs.join(''));
    }),
  );
});

test('other letters stay, so that they are found out', () => {
  expect(plainDigits('70B3D57EDOO51234')).toBe('70b3d57edoo51234');
});
