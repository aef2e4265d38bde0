/** Whole numbers as they are on the air: the lowest byte first (LoRaWAN 1.0.4 §1.2). */

/** Of a number beyond so many bytes the high ones are lost. */
export function littleEndian(value: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 0xff);
}

/** What is beyond the end counts as 0. */
export function numberAt(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
