import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ephemeralId, isMadeWith, randomAddressHash, slotStart } from '../../../devices/ble/rotating.ts';
import { encryptBlock } from '../../../devices/lorawan/aes.ts';
import { bytes, hex } from '../beacon-detector/rig.ts';

test('ah() gives the sample data of Core Spec Vol 3 Part H, Appendix D.7', () => {
  const irk = bytes('ec0234a357c8ad05341010a60a397d9b');
  expect(randomAddressHash(irk, 0x708194, encryptBlock)).toBe(0x0dfbaa);
  expect(isMadeWith(irk, 0x7081940dfbaa, encryptBlock)).toBe(true);
  expect(isMadeWith(irk, 0x7081940dfbab, encryptBlock)).toBe(false);
  expect(isMadeWith(irk.toReversed(), 0x7081940dfbaa, encryptBlock)).toBe(false);
});

test('an address that is not resolvable was made with no key', () => {
  const irk = bytes('ec0234a357c8ad05341010a60a397d9b');
  const prand = 0xf08194; // static: the highest bits are 11
  const address = prand * 2 ** 24 + randomAddressHash(irk, prand, encryptBlock);
  expect(isMadeWith(irk, address, encryptBlock)).toBe(false);
});

/** From the tests of another implementation: RadiusNetworks/ephemeral_calc, spec/encryptor_spec.rb. */
test('an ephemeral identifier is what another implementation computes', () => {
  const key = bytes('0102030405060708090a111213141516');
  expect(hex(ephemeralId(key, 0, 10, encryptBlock))).toBe('a9b76a71c5f89290');
  expect(hex(ephemeralId(key, 2_000, 10, encryptBlock))).toBe('4144413e45fefa58');
});

test('an ephemeral identifier follows the specification, block by block, at every clock and exponent', () => {
  const anyKey = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(anyKey, fc.nat(0xffff_ffff), fc.nat(15), (key, clockS, exponent) => {
      const aes = (with_: Uint8Array, block: Buffer) =>
        createCipheriv('aes-128-ecb', with_, null).setAutoPadding(false).update(block);
      const top = Buffer.from(clockS.toString(16).padStart(8, '0').slice(0, 4), 'hex');
      const temporary = aes(key, Buffer.from([...Buffer.alloc(11), 0xff, 0, 0, ...top]));
      const masked = Buffer.alloc(4);
      masked.writeUInt32BE(Math.floor(clockS / 2 ** exponent) * 2 ** exponent);
      const expected = aes(temporary, Buffer.from([...Buffer.alloc(11), exponent, ...masked])).subarray(0, 8);
      expect(hex(ephemeralId(key, clockS, exponent, encryptBlock))).toBe(hex(expected));
      const start = slotStart(clockS, exponent);
      expect(hex(ephemeralId(key, start, exponent, encryptBlock))).toBe(hex(expected));
      expect(clockS - start).toBeLessThan(2 ** exponent);
    }),
  );
});

test.each([-1, 16, 1.5])('an exponent of %s is refused', (exponent) => {
  expect(() => ephemeralId(new Uint8Array(16), 0, exponent, encryptBlock)).toThrow(RangeError);
});
