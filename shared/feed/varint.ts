/**
 * Zigzag varints: the byte strings inside columns.
 *
 * A signed integer n becomes 2n (n ≥ 0) or −2n − 1 (n < 0), then seven bits a byte, lowest first, the high bit set on
 * every byte but the last (the encoding of Protocol Buffers' sint64). Division handles integers beyond 2^32, so that
 * everything up to ±2^52 is exact without BigInt.
 */
import { FormatError } from '../errors.ts';
import { say } from './words.ts';

export class VarintWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(expectedBytes: number) {
    this.#bytes = new Uint8Array(Math.max(16, expectedBytes));
  }

  signed(n: number): void {
    this.unsigned(n >= 0 ? n * 2 : -n * 2 - 1);
  }

  unsigned(n: number): void {
    if (this.#length + 8 > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    let rest = n;
    while (rest > 0x7fff_ffff) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads what VarintWriter wrote. Throws a FormatError at the end of the bytes or beyond 2^53. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  signed(): number {
    const n = this.unsigned();
    return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
  }

  unsigned(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 56; factor *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new FormatError(say.numbersCutShort());
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new FormatError(say.numberTooLong());
  }

  /** Whether every byte has been read. */
  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}
