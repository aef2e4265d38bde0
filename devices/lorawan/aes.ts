/**
 * AES-128 as LoRaWAN uses it: single blocks (FIPS 197) and CMAC (RFC 4493).
 *
 * Promise: the output depends only on the arguments. Bounds: the ciphers of the `maxKeys` most recently used keys are kept,
 * because setting one up takes longer than using it; the least recently used go first. Kept ciphers hold their keys in
 * memory, as their sessions do. The only file of devices/ that needs Node (`node:crypto`).
 */
import { type Cipher, createCipheriv, createDecipheriv } from 'node:crypto';
import { latin1Of } from '../framing/latin1.ts';

/** About 3 kB each. A thousand 1.1 devices have four keys each. */
const maxKeys = 4_096;
export const BLOCK_BYTES = 16;

/** Encrypts a block, or several one by one (ECB). Throws a RangeError unless the key has 16 bytes. */
export function encryptBlock(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return ciphersOf(key).encrypt(blocks);
}

/** Decrypts a block, or several one by one (ECB). Throws a RangeError unless the key has 16 bytes. */
export function decryptBlock(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(blocks);
}

/** All 16 bytes of the AES-CMAC of `message`. Throws a RangeError unless the key has 16 bytes. */
export function cmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return ciphersOf(key).cmac(message);
}

const kept = new Map<string, KeyCiphers>();

function ciphersOf(key: Uint8Array): KeyCiphers {
  const name = latin1Of(key);
  const known = kept.get(name);
  if (known !== undefined) {
    kept.delete(name); // move it to the end: a Map keeps insertion order
    kept.set(name, known);
    return known;
  }
  const ciphers = new KeyCiphers(Uint8Array.from(key));
  for (const oldest of kept.keys()) {
    if (kept.size < maxKeys) break;
    kept.delete(oldest);
  }
  kept.set(name, ciphers);
  return ciphers;
}

class KeyCiphers {
  readonly #key: Uint8Array;
  #ecb: Cipher | undefined;
  #mac: MacCipher | undefined;

  constructor(key: Uint8Array) {
    if (key.length !== BLOCK_BYTES) throw new RangeError('an AES-128 key has 16 bytes');
    this.#key = key;
  }

  encrypt(blocks: Uint8Array): Uint8Array {
    this.#ecb ??= createCipheriv('aes-128-ecb', this.#key, null).setAutoPadding(false);
    return this.#ecb.update(blocks);
  }

  cmac(message: Uint8Array): Uint8Array {
    this.#mac ??= new MacCipher(this.#key);
    return this.#mac.of(message);
  }
}

/**
 * CMAC on one CBC cipher that is set up once: XORing the last output block into the first block of the next message undoes
 * the chaining, so that each message starts as if the initialisation vector were zero.
 */
class MacCipher {
  readonly #cbc: Cipher;
  readonly #subkey1: Uint8Array;
  readonly #subkey2: Uint8Array;
  #last: Uint8Array;

  constructor(key: Uint8Array) {
    this.#cbc = createCipheriv('aes-128-cbc', key, new Uint8Array(BLOCK_BYTES)).setAutoPadding(false);
    this.#last = this.#cbc.update(new Uint8Array(BLOCK_BYTES));
    this.#subkey1 = doubled(this.#last);
    this.#subkey2 = doubled(this.#subkey1);
  }

  /** RFC 4493 §2.4. */
  of(message: Uint8Array): Uint8Array {
    const blocks = new Uint8Array(Math.max(1, Math.ceil(message.length / BLOCK_BYTES)) * BLOCK_BYTES);
    blocks.set(message);
    const isWhole = message.length === blocks.length;
    if (!isWhole) blocks[message.length] = 0x80;
    xorInto(blocks, blocks.length - BLOCK_BYTES, isWhole ? this.#subkey1 : this.#subkey2);
    xorInto(blocks, 0, this.#last);
    this.#last = this.#cbc.update(blocks).subarray(-BLOCK_BYTES);
    return new Uint8Array(this.#last); // a copy, since the next message needs `#last`
  }
}

/** Doubles an element of GF(2^128), as RFC 4493 §2.3 derives its subkeys. */
function doubled(block: Uint8Array): Uint8Array {
  const twice = block.map((byte, i) => ((byte << 1) | ((block[i + 1] ?? 0) >>> 7)) & 0xff);
  if ((block[0] ?? 0) & 0x80) twice[BLOCK_BYTES - 1] = (twice[BLOCK_BYTES - 1] ?? 0) ^ 0x87;
  return twice;
}

function xorInto(target: Uint8Array, at: number, block: Uint8Array): void {
  for (let i = 0; i < BLOCK_BYTES; i++) target[at + i] = (target[at + i] ?? 0) ^ (block[i] ?? 0);
}
