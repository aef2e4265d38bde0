/** The newest bytes of a line, and when they came. Bound: `maxBytes`; the oldest pieces go first. */
import type { Moment } from '../../shared/clock.ts';
import type { Piece } from '../signature.ts';

/** Several of the longest messages, or some hundred lines of text: more would prove nothing new, and each look reads all of it. */
export const maxRecordedBytes = 16_384;

export class Recording {
  readonly #maxBytes: number;
  #pieces: Piece[] = [];
  #held = 0;
  #heard = 0;

  constructor(maxBytes = maxRecordedBytes) {
    this.#maxBytes = maxBytes;
  }

  add(bytes: Uint8Array, at: Moment): void {
    this.#heard += bytes.length;
    const kept = bytes.slice(Math.max(0, bytes.length - this.#maxBytes));
    if (kept.length === 0) return;
    this.#pieces.push({ bytes: kept, at });
    this.#held += kept.length;
    while (this.#held > this.#maxBytes) this.#held -= this.#pieces.shift()?.bytes.length ?? 0;
  }

  get pieces(): readonly Piece[] {
    return this.#pieces;
  }

  /** All that were heard, kept or not. */
  get heardBytes(): number {
    return this.#heard;
  }
}

/** The bytes of pieces in a row, at most `max` of them. */
export function bytesOf(pieces: readonly Piece[], max = maxRecordedBytes): Uint8Array {
  const joined = new Uint8Array(
    Math.min(
      max,
      pieces.reduce((sum, { bytes }) => sum + bytes.length, 0),
    ),
  );
  let at = 0;
  for (const { bytes } of pieces) {
    joined.set(bytes.subarray(0, joined.length - at), at);
    at += Math.min(bytes.length, joined.length - at);
  }
  return joined;
}
