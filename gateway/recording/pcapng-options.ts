/** Options of a pcapng block (draft-ietf-opsawg-pcapng §3.5): code, length, value, filled up to 32 bits. */

const END = 0;
const header = 4;

export interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

/** As far as they are whole. Bound: those of one block. */
export function readOptions(block: DataView, from: number, to: number, littleEndian: boolean): readonly Option[] {
  const options: Option[] = [];
  for (let at = from; at + header <= to; ) {
    const code = block.getUint16(at, littleEndian);
    const length = block.getUint16(at + 2, littleEndian);
    at += header;
    if (code === END || at + length > to) break;
    options.push({ code, value: new Uint8Array(block.buffer, block.byteOffset + at, length) });
    at += filledUp(length);
  }
  return options;
}

/** Little-endian, with their end; nothing for none. */
export function writeOptions(options: readonly Option[]): Uint8Array {
  if (options.length === 0) return new Uint8Array(0);
  const bytes = new Uint8Array(options.reduce((sum, { value }) => sum + header + filledUp(value.length), header));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { code, value } of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + header);
    at += header + filledUp(value.length);
  }
  return bytes;
}

/** To a multiple of 4. */
export function filledUp(length: number): number {
  return Math.ceil(length / 4) * 4;
}
