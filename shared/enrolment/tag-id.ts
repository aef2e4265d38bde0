/**
 * What a tag sends to be told from others, whatever its format: the part of an advertisement that an operator enrols.
 *
 * Packed for sealing, every identifier has the same 32 bytes, so that its format and length cannot be told from outside:
 *
 *   format (one byte) │ length (one byte) │ identifier, at most 30 bytes │ zeros
 */
import { FormatError } from '../errors.ts';
import { toHex } from '../hex.ts';
import { say } from './words.ts';

/**
 * `ibeacon`: UUID, major, minor (20 bytes) · `altbeacon`: 20 bytes · `eddystone-uid`: namespace, instance (16) · `eddystone-eid`: the
 * ephemeral id (8) · `address`: a Bluetooth address, highest byte first (6) · `raw`: what a pattern of an operator's own cuts out.
 */
export const TAG_FORMATS = ['ibeacon', 'altbeacon', 'eddystone-uid', 'eddystone-eid', 'address', 'raw'] as const;
export type TagFormat = (typeof TAG_FORMATS)[number];

export interface TagId {
  readonly format: TagFormat;
  readonly bytes: Uint8Array;
}

export const maxTagIdBytes = 30;
const packedBytes = 32;

/** Throws a RangeError if the identifier has more than `maxTagIdBytes`. */
export function packTagId({ format, bytes }: TagId): Uint8Array<ArrayBuffer> {
  if (bytes.length > maxTagIdBytes) throw new RangeError(`an identifier of ${bytes.length} bytes`);
  const packed = new Uint8Array(packedBytes);
  packed.set([TAG_FORMATS.indexOf(format) + 1, bytes.length]);
  packed.set(bytes, 2);
  return packed;
}

/** Throws a FormatError if it is not what `packTagId` makes. */
export function unpackTagId(packed: Uint8Array): TagId {
  const [code = 0, length = 0] = packed;
  const format = TAG_FORMATS[code - 1];
  const isWhole = packed.length === packedBytes && length <= maxTagIdBytes;
  if (format === undefined || !isWhole || packed.subarray(2 + length).some((byte) => byte !== 0)) {
    throw new FormatError(say.notTagId());
  }
  return { format, bytes: packed.slice(2, 2 + length) };
}

/** "ibeacon:…" in lower-case hexadecimal: for an operator's own files. It is personal data. */
export function tagKey({ format, bytes }: TagId): string {
  return `${format}:${toHex(bytes)}`;
}
