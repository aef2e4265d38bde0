/** CRC-32 as in gzip, zip and Ethernet (RFC 1952 §8): it detects accidental damage, not forgery. */

const POLYNOMIAL = 0xedb88320; // reversed

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
  return remainder;
});

/** 0 to 2^32 - 1. `before`: the CRC of the preceding bytes, to continue from. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let remainder = ~before;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ (TABLE[(remainder ^ byte) & 0xff] ?? 0);
  return ~remainder >>> 0;
}
