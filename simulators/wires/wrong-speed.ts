/**
 * Bytes as a UART hears them that reads at another baud rate than they are sent at: 8 data bits, no parity, one stop bit.
 *
 *   idle ▔▔▏start▁▁▏bit 0 ▏ … ▏bit 7 ▏stop▔▔▏
 *
 * The reader samples in the middle of its own bits, begins at each falling edge, and gives what it sampled without regard to the stop
 * bit, as a port does that does not mark framing errors.
 */

const BITS = 10;

/** `ratio`: the reading rate divided by the sending rate. */
export function heardAtWrongSpeed(bytes: Uint8Array, ratio: number): Uint8Array {
  const length = bytes.length * BITS;
  /** The level on the line so many sent bits after the beginning. */
  const isHigh = (at: number): boolean => {
    const bit = Math.floor(at) % BITS;
    if (at >= length || bit === BITS - 1) return true;
    return bit > 0 && (((bytes[Math.floor(at / BITS)] ?? 0) >> (bit - 1)) & 1) === 1;
  };
  const heard: number[] = [];
  for (let at = 0; at < length; ) {
    if (isHigh(at)) {
      at = Math.floor(at) + 1;
      continue;
    }
    const sampled = Array.from({ length: 8 }, (_, bit) => (isHigh(at + (bit + 1.5) / ratio) ? 2 ** bit : 0));
    heard.push(sampled.reduce((byte, bit) => byte + bit, 0));
    at += (BITS - 0.5) / ratio; // from the middle of the stop bit it waits for the next falling edge
    while (at < length && !isHigh(at)) at = Math.floor(at) + 1; // a line that is still low has no edge
  }
  return Uint8Array.from(heard);
}
