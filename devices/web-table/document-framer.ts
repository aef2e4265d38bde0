/**
 * A recording of documents: one, or several with a byte 0 between them, which no text holds.
 *
 * A port hands over whole documents and needs no framer. Bounds: `maxDocumentBytes`; a longer document is "too-long" up to the next byte 0.
 */
import type { Frame, Framer } from '../device-type.ts';

export const maxDocumentBytes = 8_000_000;

export class DocumentFramer implements Framer {
  readonly maxFrameBytes = maxDocumentBytes;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #isTooLong = false;

  push(bytes: Uint8Array): readonly Frame[] {
    const frames: Frame[] = [];
    for (let from = 0; from < bytes.length; ) {
      const end = bytes.indexOf(0, from);
      const to = end < 0 ? bytes.length : end;
      this.#hold(bytes.subarray(from, to), frames);
      if (end >= 0) frames.push(...this.end());
      from = to + 1;
    }
    return frames;
  }

  end(): readonly Frame[] {
    const isTooLong = this.#isTooLong;
    this.#isTooLong = false;
    const bytes = this.#taken();
    if (bytes.length === 0) return [];
    return [isTooLong ? { ok: false, code: 'too-long', bytes } : { ok: true, bytes }];
  }

  #hold(piece: Uint8Array, frames: Frame[]): void {
    for (let from = 0; from < piece.length; ) {
      const part = piece.slice(from, from + this.maxFrameBytes - this.#heldBytes);
      this.#held.push(part);
      this.#heldBytes += part.length;
      from += part.length;
      if (this.#heldBytes < this.maxFrameBytes) continue;
      frames.push({ ok: false, code: 'too-long', bytes: this.#taken() });
      this.#isTooLong = true;
    }
  }

  #taken(): Uint8Array {
    const bytes = new Uint8Array(this.#heldBytes);
    let at = 0;
    for (const piece of this.#held) {
      bytes.set(piece, at);
      at += piece.length;
    }
    this.#held = [];
    this.#heldBytes = 0;
    return bytes;
  }
}
