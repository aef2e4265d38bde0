/**
 * The memory layout of a program linked by emscripten: static data from 0 on, then the stack, then the heap, which ends at the
 * break (`sbrk`). Beyond the break nothing was ever written.
 *
 * The program does not export the break, so it is found by its behaviour: it is the word of the static data that moves past a
 * large allocation when that is made.
 */

/** Longer than any run of zeros in the static data. */
const zeroRunBytes = 65_536;
const maxDataBytes = 262_144;
/** Large enough to move the break, which moves by 64 kB or more. */
export const probeBytes = 262_144;

export interface MemoryLayout {
  /** The static data ends before this. Includes up to `zeroRunBytes` of the stack's far end, since its last bytes may be zero. */
  readonly dataEnd: number;
  readonly heapAt: number;
  /** Address of the word that holds the heap's end. */
  readonly breakAt: number;
}

/**
 * `atStart` is `copyOfStart` from before the program ran, when the break was where the heap begins. `allocate` makes it
 * allocate `probeBytes`. Throws if the memory is laid out differently.
 */
export function findLayout(memory: Uint8Array, atStart: Uint8Array, allocate: () => void): MemoryLayout {
  const dataEnd = endOfData(memory);
  const before = wordsOf(memory.slice(0, dataEnd));
  allocate();
  const after = wordsOf(memory.subarray(0, dataEnd));
  const start = wordsOf(atStart);
  const candidates = [...after.keys()].filter((at) => {
    const [first = 0, then = 0, now = 0] = [start[at], before[at], after[at]];
    return first > dataEnd && then > first && now >= then + probeBytes / 2 && now <= memory.length;
  });
  const [at] = candidates;
  const heapAt = at === undefined ? undefined : start[at];
  if (at === undefined || heapAt === undefined || candidates.length > 1) {
    throw new Error('the memory of the codecs’ engine is not laid out as expected');
  }
  return { dataEnd, heapAt, breakAt: at * 4 };
}

export function copyOfStart(memory: Uint8Array): Uint8Array {
  return memory.slice(0, maxDataBytes);
}

function endOfData(memory: Uint8Array): number {
  let zeros = 0;
  for (let at = 0; at < maxDataBytes; at++) {
    zeros = memory[at] === 0 ? zeros + 1 : 0;
    if (zeros === zeroRunBytes) return at + 1;
  }
  throw new Error('the memory of the codecs’ engine has more static data than expected');
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}
