/**
 * Identifiers that rotate, for who holds the tags' keys: whose ephemeral identifier or resolvable private address is it?
 *
 * Pure: AES-128 of one block is passed in (`devices/lorawan/aes.ts` in Node), because a browser has none that answers at once.
 */
import { isResolvable } from './address.ts';

/** AES-128 (FIPS 197) of one block of 16 bytes. */
export type EncryptBlock = (key: Uint8Array, block: Uint8Array) => Uint8Array;

export const maxRotationExponent = 15;
const blockBytes = 16;
const eidBytes = 8;
/** Bytes from here on are what the specification's blocks differ in. */
const saltAt = 11;

/**
 * What an Eddystone-EID beacon sends (8 bytes) while its own clock, in seconds, is `clockS`: a 32-bit number. It changes every
 * 2^exponent s; `exponent` is 0 to 15. Beacons drift (150 ppm are allowed), so a resolver looks at the slots around the expected one.
 *
 * Source: Eddystone-EID, "EID computation" (eddystone-eid/eid-computation.md). Throws a RangeError for an exponent or a key that cannot be.
 */
export function ephemeralId(
  identityKey: Uint8Array,
  clockS: number,
  exponent: number,
  encrypt: EncryptBlock,
): Uint8Array {
  if (!Number.isInteger(exponent) || exponent < 0 || exponent > maxRotationExponent) {
    throw new RangeError(`a rotation exponent of ${exponent}`);
  }
  const temporary = new Uint8Array(blockBytes);
  temporary[saltAt] = 0xff;
  temporary.set([clockS >>> 24, (clockS >>> 16) & 0xff], 14);
  const input = new Uint8Array(blockBytes);
  input[saltAt] = exponent;
  new DataView(input.buffer).setUint32(12, ((clockS >>> exponent) << exponent) >>> 0);
  return encrypt(encrypt(identityKey, temporary), input).slice(0, eidBytes);
}

/** From when the beacon's clock shows the identifier that it shows at `clockS`, seconds. */
export function slotStart(clockS: number, exponent: number): number {
  return clockS - (clockS % 2 ** exponent);
}

/**
 * Whether the identity key made this resolvable private address: 48 bits, as people write it.
 *
 * Source: Core Spec Vol 6 Part B §1.3.2.3 and, for the function ah, Vol 3 Part H §2.2.2. `identityKey`: 16 bytes, highest first.
 */
export function isMadeWith(identityKey: Uint8Array, address: number, encrypt: EncryptBlock): boolean {
  if (!isResolvable(address, 1)) return false;
  return randomAddressHash(identityKey, Math.floor(address / 2 ** 24), encrypt) === address % 2 ** 24;
}

/** The function ah: 24 bits of `prand` in, 24 bits out. */
export function randomAddressHash(identityKey: Uint8Array, prand: number, encrypt: EncryptBlock): number {
  const block = new Uint8Array(blockBytes);
  block.set([(prand >>> 16) & 0xff, (prand >>> 8) & 0xff, prand & 0xff], 13);
  const [high = 0, middle = 0, low = 0] = encrypt(identityKey, block).subarray(13, 16);
  return (high << 16) | (middle << 8) | low;
}
