import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keysNamedFor, plainDigits, plainVersion } from '../../../gateway/lorawan/as-printed.ts';

const EUI = '70b3d57ed0051234';
const A = 'a'.repeat(32);
const B = 'b'.repeat(32);

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

test.each([
  ['MAC_V1_0_3', '1.0.3'],
  ['MAC_V1_1', '1.1'],
  ['LORAWAN_1_0_4', '1.0.4'],
  ['LORAWAN_1_1_0', '1.1'],
  ['LoRaWAN v1.0.2 Rev B', '1.0.2'],
  ['LoRaWAN Specification 1.0.3', '1.0.3'],
  ['V1.0.2', '1.0.2'],
  [' 1.0.3 ', '1.0.3'],
  ['1.1.0', '1.1'],
  ['1.0', '1.0'],
  ['2.0', '2.0'],
])('version %s is %s', (printed, version) => {
  expect(plainVersion(printed)).toBe(version);
});

test('the root key of LoRaWAN 1.0.x may be called NwkKey, as in ChirpStack, which has zeros where there is none', () => {
  expect(keysNamedFor('1.0.3', { nwkKey: A })).toMatchObject({ appKey: A });
  expect(keysNamedFor('1.0.4', { nwkKey: A, appKey: '0'.repeat(32) })).toMatchObject({ appKey: A });
  expect(keysNamedFor('1.0.3', { nwkKey: A, appKey: B })).toMatchObject({ appKey: B });
  expect(keysNamedFor('1.1', { nwkKey: A })).toEqual({ nwkKey: A });
});

test('the NwkSKey of LoRaWAN 1.0.x may have the names of 1.1', () => {
  expect(keysNamedFor('1.0.3', { fNwkSIntKey: A })).toMatchObject({ nwkSKey: A });
  expect(keysNamedFor('1.0.2', { nwkSEncKey: A, sNwkSIntKey: A })).toMatchObject({ nwkSKey: A });
  expect(keysNamedFor('1.0.3', { fNwkSIntKey: A, nwkSKey: B })).toMatchObject({ nwkSKey: B });
  expect(keysNamedFor('1.1', { fNwkSIntKey: A })).toEqual({ fNwkSIntKey: A });
});
