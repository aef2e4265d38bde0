/**
 * A line of 7 data bits and a parity bit, heard as 8 bits without parity: both take ten bit times a character, and the eighth bit that
 * comes is the parity. So such a line needs no listening of its own.
 */
import type { Piece } from '../signature.ts';

export type Parity = 'even' | 'odd';

/** By chance once in so many powers of two. */
const enoughBytes = 16;
/** Of a line with some damaged characters. */
const minShare = 0.95;

/** The parity that the eighth bits keep; undefined if they do not, or say nothing (plain ASCII has none set). */
export function parityOf(heard: readonly Piece[]): Parity | undefined {
  let bytes = 0;
  let even = 0;
  let set = 0;
  for (const piece of heard) {
    for (const byte of piece.bytes) {
      bytes++;
      if (ONES_ARE_EVEN[byte]) even++;
      if (byte > 0x7f) set++;
    }
  }
  if (bytes < enoughBytes || set === 0 || set === bytes) return undefined;
  if (even >= bytes * minShare) return 'even';
  return bytes - even >= bytes * minShare ? 'odd' : undefined;
}

/** The same pieces without their eighth bits. */
export function sevenBits(heard: readonly Piece[]): readonly Piece[] {
  return heard.map(({ bytes, at }) => ({ bytes: bytes.map((byte) => byte & 0x7f), at }));
}

const ONES_ARE_EVEN = Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones % 2 === 0;
});
