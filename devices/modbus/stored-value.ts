/**
 * How a quantity is stored in registers of 16 bits, big-endian (MODBUS Application Protocol V1.1b3 §4.2), or as a single bit.
 *
 * Makers differ in two things: which word of a longer number comes first (`word-order`), and which byte of a word (`byte-order`).
 */
export const STORED_TYPES = [
  'uint16',
  'int16',
  'uint32',
  'int32',
  'uint64',
  'int64',
  'float32',
  'float64',
  'bit',
] as const;
export type StoredType = (typeof STORED_TYPES)[number];
export type Order = 'high-first' | 'low-first';

/** Coils (1) and discrete inputs (2) are bits; holding (3) and input (4) registers are words. */
export type ReadFunction = 1 | 2 | 3 | 4;

export function readsBits(code: ReadFunction): code is 1 | 2 {
  return code <= 2;
}

/** Bytes of an answer with `count` bits or registers (§6.1 to §6.4). */
export function answerBytes(code: ReadFunction, count: number): number {
  return readsBits(code) ? Math.ceil(count / 8) : count * 2;
}

/** Registers, or bits, that a value of this type takes. */
export function lengthOf(type: StoredType): 1 | 2 | 4 {
  if (type === 'bit') return 1;
  return type.endsWith('16') ? 1 : type.endsWith('32') ? 2 : 4;
}

/** Coil or input `index` of an answer; the first is the lowest bit of the first byte (§6.1). */
export function bitAt(data: Uint8Array, index: number): boolean {
  return (((data[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}

/**
 * The number at byte `offset` of `data`, which must hold it. Integers beyond 2^53 lose their last digits. A float32 becomes the
 * shortest decimal that denotes it (1.013, not 1.0130000114440918). Floats may be NaN or infinite.
 */
export function storedNumber(
  data: Uint8Array,
  offset: number,
  { type, wordOrder, byteOrder }: { readonly type: StoredType; readonly wordOrder: Order; readonly byteOrder: Order },
): number {
  const view = inOrder(data.subarray(offset, offset + lengthOf(type) * 2), wordOrder, byteOrder);
  switch (type) {
    case 'uint16':
    case 'bit':
      return view.getUint16(0);
    case 'int16':
      return view.getInt16(0);
    case 'uint32':
      return view.getUint32(0);
    case 'int32':
      return view.getInt32(0);
    case 'uint64':
      return Number(view.getBigUint64(0));
    case 'int64':
      return Number(view.getBigInt64(0));
    case 'float32':
      return shortestFloat(view.getFloat32(0));
    case 'float64':
      return view.getFloat64(0);
  }
}

/** The bytes with the highest first. */
function inOrder(bytes: Uint8Array, wordOrder: Order, byteOrder: Order): DataView {
  const ordered = bytes.map((_, i) => {
    const word = wordOrder === 'high-first' ? i >> 1 : (bytes.length >> 1) - 1 - (i >> 1);
    const byte = byteOrder === 'high-first' ? i & 1 : 1 - (i & 1);
    return bytes[word * 2 + byte] ?? 0;
  });
  return new DataView(ordered.buffer);
}

/** Whether the number is one of those that stand for "no value", which manuals give with a sign or as bits (-1, 0x8000), whatever the type. */
export function standsForNone(value: number, type: StoredType, noValue: readonly number[]): boolean {
  const period = type.startsWith('float') ? Number.POSITIVE_INFINITY : 2 ** (lengthOf(type) * 16);
  return noValue.some((none) => (value - none) % period === 0);
}

/** Nine significant digits always identify a binary32 (IEEE 754-2019 §5.12.2). */
function shortestFloat(float: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return float;
}
