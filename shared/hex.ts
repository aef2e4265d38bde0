/** Bytes as hexadecimal digits, two per byte: as we write them, and as labels and lists have them. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** In lower case. */
export function toHex(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += HEX[byte];
  return digits;
}

/** The caller guarantees an even number of hexadecimal digits. */
export function hexBytes(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  );
}

/** "70-B3-D5-7E-D0-05-12-34", "0x70B3D57ED0051234", "０x70, ０xB3, …" as "70b3d57ed0051234"; what else is in it stays. */
export function plainDigits(printed: string): string {
  return printed
    .normalize('NFKC')
    .replace(/[\s\p{Pd}\p{Cf}\u2212:.,;_'"]/gu, '')
    .toLowerCase()
    .replace(/0x/g, '');
}
