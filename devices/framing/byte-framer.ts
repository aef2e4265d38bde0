/**
 * Frames for binary protocols: holds incomplete frames and offers them, with the next bytes, to the protocol's `cut`.
 *
 * Bound: `cut` leaves fewer than `maxFrameBytes` bytes waiting, so no more are ever held.
 */
import type { Frame, Framer } from '../device-type.ts';

export abstract class ByteFramer implements Framer {
  readonly maxFrameBytes: number;
  #held = new Uint8Array(0);

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
  }

  /**
   * Adds the frames in `held`, and the rubbish between them, to `frames`. Returns where the bytes that wait for more begin;
   * of `maxFrameBytes` bytes it must consume at least one.
   */
  protected abstract cut(held: Uint8Array, frames: Frame[]): number;

  push(bytes: Uint8Array): readonly Frame[] {
    const frames: Frame[] = [];
    for (let from = 0; from < bytes.length; ) {
      const piece = bytes.subarray(from, from + this.maxFrameBytes - this.#held.length);
      from += piece.length;
      const joined = new Uint8Array(this.#held.length + piece.length);
      joined.set(this.#held);
      joined.set(piece, this.#held.length);
      this.#held = joined.slice(this.cut(joined, frames));
    }
    return frames;
  }

  end(): readonly Frame[] {
    const held = this.#held;
    this.#held = new Uint8Array(0);
    return held.length === 0 ? [] : [{ ok: false, code: 'truncated', bytes: held }];
  }
}
