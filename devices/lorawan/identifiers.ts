/**
 * EUIs, DevAddrs and NetIDs: lower-case hexadecimal digits in the order people write them; on the air the bytes are reversed
 * (LoRaWAN 1.0.4 §1.2: multi-octet fields are little-endian).
 */

const EUI_BYTES = 8;
const DEV_ADDR_BYTES = 4;
const NET_ID_BYTES = 3;

/** 16 digits, from the 8 bytes at `at`. */
export const euiAt = (bytes: Uint8Array, at: number): string => digitsAt(bytes, at, EUI_BYTES);
/** 8 digits, from the 4 bytes at `at`. */
export const devAddrAt = (bytes: Uint8Array, at: number): string => digitsAt(bytes, at, DEV_ADDR_BYTES);
/** 6 digits, from the 3 bytes at `at`. */
export const netIdAt = (bytes: Uint8Array, at: number): string => digitsAt(bytes, at, NET_ID_BYTES);

export const euiBytes = (digits: string): Uint8Array => bytesOf(digits, EUI_BYTES);
export const devAddrBytes = (digits: string): Uint8Array => bytesOf(digits, DEV_ADDR_BYTES);
export const netIdBytes = (digits: string): Uint8Array => bytesOf(digits, NET_ID_BYTES);

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function digitsAt(bytes: Uint8Array, at: number, count: number): string {
  let digits = '';
  for (let i = at + count - 1; i >= at; i--) digits += DIGITS[bytes[i] ?? 0] ?? '';
  return digits;
}

/** Throws a RangeError unless it is an identifier: a fault of this program. */
function bytesOf(digits: string, count: number): Uint8Array {
  if (digits.length !== count * 2 || /[^0-9a-f]/i.test(digits)) {
    throw new RangeError(`"${digits}" is not ${count * 2} hexadecimal digits`);
  }
  return Uint8Array.from({ length: count }, (_, i) =>
    Number.parseInt(digits.slice((count - 1 - i) * 2, (count - i) * 2), 16),
  );
}

/** Integers on the air have the lowest byte first (LoRaWAN 1.0.4 §1.2). Higher bytes than fit are dropped. */
export function littleEndian(value: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 0xff);
}

/** The inverse of `littleEndian`; bytes beyond the end count as 0. */
export function numberAt(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
