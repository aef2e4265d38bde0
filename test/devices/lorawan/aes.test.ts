import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cmac, decryptBlock, encryptBlock } from '../../../devices/lorawan/aes.ts';
import { anyKey, bytes, hex } from './rig.ts';

const key = bytes('2b7e151628aed2a6abf7158809cf4f3c');
const message = bytes(
  '6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51' +
    '30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710',
);

describe('AES', () => {
  test('encrypts and decrypts the block of FIPS 197, appendix C.1', () => {
    const cipherKey = bytes('000102030405060708090a0b0c0d0e0f');
    const plain = bytes('00112233445566778899aabbccddeeff');
    const encrypted = bytes('69c4e0d86a7b0430d8cdb78070b4c55a');
    expect(hex(encryptBlock(cipherKey, plain))).toBe(hex(encrypted));
    expect(hex(decryptBlock(cipherKey, encrypted))).toBe(hex(plain));
  });

  test('takes blocks one by one', () => {
    const twice = bytes('00112233445566778899aabbccddeeff 00112233445566778899aabbccddeeff');
    const encrypted = hex(encryptBlock(key, twice));
    expect(encrypted.slice(0, 32)).toBe(encrypted.slice(32));
    expect(hex(decryptBlock(key, bytes(encrypted)))).toBe(hex(twice));
  });

  test('takes no key of another length', () => {
    expect(() => encryptBlock(new Uint8Array(15), new Uint8Array(16))).toThrow(RangeError);
    expect(() => cmac(new Uint8Array(32), message)).toThrow(RangeError);
  });
});

describe('CMAC', () => {
  test.each([
    [0, 'bb1d6929e95937287fa37d129b756746'],
    [16, '070a16b46b4d4144f79bdd9dd04a287c'],
    [40, 'dfa66747de9ae63030ca32611497c827'],
    [64, '51f0bebf7e3b9d92fc49741779363cfe'],
  ])('of the first %i bytes is that of RFC 4493 §4', (length, expected) => {
    expect(hex(cmac(key, message.subarray(0, length)))).toBe(expected);
    expect(hex(cmac(key, message.subarray(0, length)))).toBe(expected); // whatever was computed before
  });

  test('is the same however many other keys were used in between', () => {
    const ofThousands = () =>
      Array.from({ length: 5_000 }, (_, i) => hex(cmac(bytes(i.toString(16).padStart(32, '0')), message)));
    expect(ofThousands()).toEqual(ofThousands());
  });

  test('depends on its arguments alone, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyKey, fc.uint8Array({ maxLength: 100 })), { minLength: 1 }), (calls) => {
        for (const [k, m] of [...calls, ...calls]) expect(hex(cmac(k, m))).toBe(plainCmac(k, m));
      }),
    );
  });
});

/** RFC 4493 §2.4 word for word, on numbers as wide as a block, with a cipher of its own for each block. */
function plainCmac(k: Uint8Array, m: Uint8Array): string {
  const encrypt = (block: bigint) => {
    const cipher = createCipheriv('aes-128-ecb', k, null).setAutoPadding(false);
    return BigInt(`0x${cipher.update(bytes(block.toString(16).padStart(32, '0'))).toString('hex')}`);
  };
  const mask = (1n << 128n) - 1n;
  const double = (block: bigint) => ((block << 1n) & mask) ^ (block >> 127n === 1n ? 0x87n : 0n);
  const k1 = double(encrypt(0n));
  const count = Math.max(1, Math.ceil(m.length / 16));
  let state = 0n;
  for (let i = 0; i < count; i++) {
    const piece = hex(m.subarray(i * 16, i * 16 + 16));
    let block = BigInt(`0x${piece.length < 32 ? `${piece}80`.padEnd(32, '0') : piece}`);
    if (i === count - 1) block ^= piece.length < 32 ? double(k1) : k1;
    state = encrypt(state ^ block);
  }
  return state.toString(16).padStart(32, '0');
}
