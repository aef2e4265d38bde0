import { expect, test } from 'vitest';
import { keysNamedFor, plainVersion } from '../../../gateway/lorawan/as-printed.ts';

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);

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
