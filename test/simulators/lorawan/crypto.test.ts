import { expect, test } from 'vitest';
import {
  cmac,
  joinMic,
  joinServerIntegrityKey,
  sessionKeys10,
  sessionKeys11,
} from '../../../simulators/lorawan/crypto.ts';
import { timeOnAirMs } from '../../../simulators/lorawan/radio.ts';
import { hex, loraPacket } from './lora-packet-network.ts';

test.each([
  ['', 'bb1d6929e95937287fa37d129b756746'],
  ['6bc1bee22e409f96e93d7e117393172a', '070a16b46b4d4144f79bdd9dd04a287c'],
  [
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411',
    'dfa66747de9ae63030ca32611497c827',
  ],
  [
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
      '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
    '51f0bebf7e3b9d92fc49741779363cfe',
  ],
])('the CMAC of %s is that of RFC 4493 §4', (message, expected) => {
  expect(cmac(hex('2b7e151628aed2a6abf7158809cf4f3c'), hex(message)).toString('hex')).toBe(expected);
});

test('a published join-request has the MIC that this makes', () => {
  const request = hex('00dc0000d07ed5b3701e6fedf57ceeaf0085cc');
  expect(joinMic(hex('b6b53f4a168a7a88bdf7ea135ce9cfca'), request).toString('hex')).toBe('587fe913');
});

test('session keys of a published join are those that this makes', () => {
  const keys = sessionKeys10(hex('b6b53f4a168a7a88bdf7ea135ce9cfca'), {
    joinNonce: 0xe5063a,
    netId: 0x000013,
    devNonce: 0xcc85,
  });
  expect(Buffer.from(keys.fNwkSIntKey).toString('hex')).toBe('2c96f7028184bb0be8aa49275290d4fc');
  expect(Buffer.from(keys.appSKey).toString('hex')).toBe('f3a5c8f0232a38c144029c165865802c');
  expect([keys.sNwkSIntKey, keys.nwkSEncKey]).toEqual([keys.fNwkSIntKey, keys.fNwkSIntKey]);
});

test('session keys of 1.1 are those of lora-packet', () => {
  const nwkKey = hex('000102030405060708090a0b0c0d0e0f');
  const appKey = hex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');
  const joinEui = '70b3d57ed00000dc';
  const theirs = loraPacket.generateSessionKeys11(appKey, nwkKey, hex(joinEui), hex('01a2b3'), hex('0102'));
  const keys = sessionKeys11({ nwkKey, appKey }, { joinNonce: 0x01a2b3, joinEui, devNonce: 0x0102 });
  expect(Buffer.from(keys.fNwkSIntKey)).toEqual(theirs.FNwkSIntKey);
  expect(Buffer.from(keys.sNwkSIntKey)).toEqual(theirs.SNwkSIntKey);
  expect(Buffer.from(keys.nwkSEncKey)).toEqual(theirs.NwkSEncKey);
  expect(Buffer.from(keys.appSKey)).toEqual(theirs.AppSKey);
  const devEui = '00afee7cf5ed6f1e';
  expect(joinServerIntegrityKey(nwkKey, devEui)).toEqual(loraPacket.generateJSKeys(nwkKey, hex(devEui)).JSIntKey);
});

// RP002 gives the limits of 400 ms dwell time by payload size: with 13 bytes of LoRaWAN around it, 11 bytes at SF10 still fit
// within it (370.7 ms); the second is the Semtech calculator's.
test.each([
  [{ spreadingFactor: 10, bandwidthKhz: 125 }, 24, 370.688],
  [{ spreadingFactor: 7, bandwidthKhz: 125 }, 23, 61.696],
  [{ spreadingFactor: 12, bandwidthKhz: 125 }, 23, 1482.752],
])('%o takes %i bytes through the air in %f ms', (rate, bytes, ms) => {
  expect(timeOnAirMs(rate, bytes, true)).toBeCloseTo(ms, 3);
});
