/** How a quantity lies in 16-bit registers, and its value. Registers are big-endian (MODBUS V1.1b3 §4.2). */

export const REGISTER_TYPES = ['uint16', 'int16', 'uint32', 'int32', 'float32'] as const;
export type RegisterType = (typeof REGISTER_TYPES)[number];

/** Registers that a value of this type takes. */
export function registersOf(type: RegisterType): 1 | 2 {
  return type === 'uint16' || type === 'int16' ? 1 : 2;
}

/**
 * The value at byte `offset` of `data`. A float32 comes as the shortest decimal that is that float32 (1.013, not
 * 1.0130000114440918); it may be NaN or an infinity. `data` must hold the value.
 */
export function registerValue(
  data: Uint8Array,
  offset: number,
  type: RegisterType,
  wordOrder: 'high-first' | 'low-first',
): number {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  if (type === 'uint16') return view.getUint16(offset);
  if (type === 'int16') return view.getInt16(offset);
  const [high, low] = wordOrder === 'high-first' ? [offset, offset + 2] : [offset + 2, offset];
  const bits = view.getUint16(high) * 0x10000 + view.getUint16(low);
  if (type === 'uint32') return bits;
  const scratch = new DataView(new ArrayBuffer(4));
  scratch.setUint32(0, bits);
  return type === 'int32' ? scratch.getInt32(0) : shortestFloat(scratch.getFloat32(0));
}

/** Nine significant digits always tell a binary32 apart (IEEE 754-2019 §5.12.2). */
function shortestFloat(float: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return float;
}
