/**
 * The content of a fixed-size WebAssembly memory at one moment, so that it can be restored: once in full (the image), and any
 * number of times as the difference from it (a patch).
 *
 * Promise: after `restore` the static data and the heap are as they were, byte for byte, and the memory beyond the heap is
 * zero. The stack is left out: it is empty whenever the host has control, and the program reads only what it has written
 * there. Memory that was never written is not read either, since reading it would make the system allocate pages.
 */
import type { MemoryLayout } from './memory-layout.ts';

/** Granularity of a patch: smaller blocks save memory, larger ones calls. */
const blockBytes = 512;
/** This close to the end of memory the heap cannot grow any more. */
const fullBytes = 131_072;

interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export type Patch = readonly Piece[];

export class MemoryImage {
  readonly #memory: Uint8Array;
  readonly #break: Uint32Array;
  readonly #heapAt: number;
  readonly #data: Uint8Array;
  readonly #heap: Uint8Array;

  /** Takes an image of the memory as it is now. The memory must not grow. */
  constructor(memory: Uint8Array, { dataEnd, heapAt, breakAt }: MemoryLayout) {
    this.#memory = memory;
    this.#break = new Uint32Array(memory.buffer, memory.byteOffset + breakAt, 1);
    this.#heapAt = heapAt;
    this.#data = memory.slice(0, dataEnd);
    this.#heap = memory.slice(heapAt, this.#heapEnd());
  }

  /** Restores the memory to the image, or to the moment the patch was taken. */
  restore(patch: Patch = []): void {
    const usedTo = this.#heapEnd();
    this.#memory.set(this.#data, 0);
    this.#memory.set(this.#heap, this.#heapAt);
    this.#memory.fill(0, this.#heapAt + this.#heap.length, usedTo);
    for (const { at, bytes } of patch) this.#memory.set(bytes, at);
  }

  /** The current difference from the image. */
  patch(): Patch {
    const pieces: Piece[] = [];
    this.#compare(0, this.#data.length, this.#data, pieces);
    this.#compare(this.#heapAt, this.#heapEnd(), this.#heap, pieces);
    return pieces;
  }

  /** Whether the heap cannot grow any more. */
  isFull(): boolean {
    return this.#heapEnd() > this.#memory.length - fullBytes;
  }

  #heapEnd(): number {
    return this.#break[0] ?? this.#memory.length;
  }

  #compare(from: number, to: number, before: Uint8Array, pieces: Piece[]): void {
    let start = -1;
    for (let at = from; at < to; at += blockBytes) {
      const end = Math.min(at + blockBytes, to);
      const isSame = Buffer.compare(this.#memory.subarray(at, end), blockOf(before, at - from, end - from)) === 0;
      if (!isSame && start < 0) start = at;
      if (isSame && start >= 0) {
        pieces.push({ at: start, bytes: this.#memory.slice(start, at) });
        start = -1;
      }
    }
    if (start >= 0) pieces.push({ at: start, bytes: this.#memory.slice(start, to) });
  }
}

export function bytesOf(patch: Patch): number {
  return patch.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** The image's bytes from `from` to `to`, zeros beyond its end. */
function blockOf(image: Uint8Array, from: number, to: number): Uint8Array {
  if (to <= image.length) return image.subarray(from, to);
  const block = new Uint8Array(to - from);
  block.set(image.subarray(from));
  return block;
}
