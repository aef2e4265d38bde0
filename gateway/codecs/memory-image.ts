/**
 * What a WebAssembly memory of fixed size held at one moment, so that it can be put back: once whole (the image), and any number
 * of times as what differs from that (a patch).
 *
 * A module that emscripten linked lays its memory out as static data, then the stack, then the heap. The stack is empty whenever
 * the host has control, and what it held is never read again, so it is left out: that is the one long run of zeros in a
 * memory that was just set up. `stackMarginBytes` above the static data are kept, since the last of it may be zero too. The heap
 * above the image's end is not cleared when the memory is put back: it is free there, and the program writes before it reads.
 */

/** Runs of `blockBytes` that differ are a patch's pieces: smaller ones save memory, larger ones calls. */
const blockBytes = 512;
const stackMarginBytes = 65_536;
/** The memory's last bytes are cleared each time, so that it shows when something got there: the memory was full. */
const lastBytes = 16_384;
const zeros = new Uint8Array(blockBytes);

interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export type Patch = readonly Piece[];

export class MemoryImage {
  readonly #memory: Uint8Array;
  readonly #data: Uint8Array;
  readonly #heapAt: number;
  readonly #heap: Uint8Array;

  /** Takes the image of the memory as it is now. The memory must not grow. */
  constructor(memory: Uint8Array) {
    this.#memory = memory;
    const stack = longestZeroRun(memory, endOf(memory));
    this.#data = memory.slice(0, Math.min(stack.from + stackMarginBytes, stack.to));
    this.#heapAt = stack.to;
    this.#heap = memory.slice(stack.to, endOf(memory));
  }

  /** Puts the memory back as it was, or as it was when the patch was taken. */
  restore(patch: Patch = []): void {
    this.#memory.set(this.#data, 0);
    this.#memory.set(this.#heap, this.#heapAt);
    for (const { at, bytes } of patch) this.#memory.set(bytes, at);
    this.#memory.fill(0, this.#memory.length - lastBytes);
  }

  /** Whether the memory was used to its end since it was put back. */
  wasFull(): boolean {
    return endOf(this.#memory) > this.#memory.length - lastBytes;
  }

  /** Puts the memory back as it was, and clears the rest of the heap, so that a patch holds nothing of what was there. */
  restoreClean(): void {
    this.restore();
    this.#memory.fill(0, this.#heapAt + this.#heap.length);
  }

  /** What differs by now; to be taken after `restoreClean`. */
  patch(): Patch {
    const pieces: Piece[] = [];
    this.#compare(0, this.#data.length, this.#data, pieces);
    this.#compare(this.#heapAt, endOf(this.#memory), this.#heap, pieces);
    return pieces;
  }

  #compare(from: number, to: number, before: Uint8Array, pieces: Piece[]): void {
    let start = -1;
    for (let at = from; at < to; at += blockBytes) {
      const end = Math.min(at + blockBytes, to);
      const now = this.#memory.subarray(at, end);
      const isSame = Buffer.compare(now, blockOf(before, at - from, end - from)) === 0;
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

/** The image's bytes from `from` to `to`, with zeros beyond its end. */
function blockOf(image: Uint8Array, from: number, to: number): Uint8Array {
  if (to <= image.length) return image.subarray(from, to);
  if (from >= image.length) return zeros.subarray(0, to - from);
  const block = new Uint8Array(to - from);
  block.set(image.subarray(from));
  return block;
}

/** Where the zeros begin that the memory ends in, at a block's border. */
function endOf(memory: Uint8Array): number {
  let end = memory.length;
  while (end > 0 && isZero(memory, end - blockBytes)) end -= blockBytes;
  return end;
}

function longestZeroRun(memory: Uint8Array, end: number): { readonly from: number; readonly to: number } {
  let longest = { from: 0, to: 0 };
  let from = 0;
  for (let at = 0; at <= end; at += blockBytes) {
    if (at < end && isZero(memory, at)) continue;
    if (at - from > longest.to - longest.from) longest = { from, to: at };
    from = at + blockBytes;
  }
  return longest;
}

function isZero(memory: Uint8Array, at: number): boolean {
  return Buffer.compare(memory.subarray(at, at + blockBytes), zeros) === 0;
}
