/**
 * What a tag sends to be told from others, whatever its format: the part of an advertisement that an operator enrols.
 *
 * Packed for sealing, every sighted tag has the same 32 bytes, so that neither the identifier's format and length nor whether a place is
 * with it can be told from outside:
 *
 *   format (1 byte) │ length (1) │ identifier, at most 20, then zeros │ accuracy (2) │ latitude (4) │ longitude (4)
 *
 * Accuracy is in metres, plus one; 0 if there is no place. Latitude and longitude are in units of 1e-7 degrees, signed. Highest byte first.
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

/**
 * Where a phone, or a detector on a vehicle, heard a tag: WGS 84 degrees, and the radius of 68 % certainty in metres. The place of a detector
 * that stands is in its birth instead.
 */
export interface Place {
  readonly lat: number;
  readonly lon: number;
  readonly accuracy: number;
}

/** What is sealed of a sighting. */
export interface SightedTag {
  readonly id: TagId;
  readonly place?: Place;
}

export const maxTagIdBytes = 20;
/** How many bytes identify a tag; of `raw` its operator's pattern says how many. */
export const TAG_ID_BYTES: Readonly<Record<Exclude<TagFormat, 'raw'>, number>> = {
  ibeacon: 20,
  altbeacon: 20,
  'eddystone-uid': 16,
  'eddystone-eid': 8,
  address: 6,
};
const packedBytes = 32;
const placeAt = 2 + maxTagIdBytes;
const unitsPerDegree = 1e7;
const maxAccuracy = 0xffff - 1;

/** Throws a RangeError if the identifier has more than `maxTagIdBytes`, or the place is none on Earth. */
export function packTag({ id: { format, bytes }, place }: SightedTag): Uint8Array<ArrayBuffer> {
  if (bytes.length > maxTagIdBytes) throw new RangeError(`an identifier of ${bytes.length} bytes`);
  const packed = new Uint8Array(packedBytes);
  packed.set([TAG_FORMATS.indexOf(format) + 1, bytes.length]);
  packed.set(bytes, 2);
  if (place === undefined) return packed;
  const { lat, lon, accuracy } = place;
  if (!isOnEarth(place)) throw new RangeError('a place that is not on Earth');
  const view = new DataView(packed.buffer, placeAt);
  view.setUint16(0, 1 + Math.round(Math.min(Math.max(accuracy, 0), maxAccuracy)));
  view.setInt32(2, Math.round(lat * unitsPerDegree));
  view.setInt32(6, Math.round(lon * unitsPerDegree));
  return packed;
}

/** Throws a FormatError if it is not what `packTag` makes. */
export function unpackTag(packed: Uint8Array): SightedTag {
  const [code = 0, length = 0] = packed;
  const format = TAG_FORMATS[code - 1];
  const isWhole = packed.length === packedBytes && length <= maxTagIdBytes;
  if (format === undefined || !isWhole || packed.subarray(2 + length, placeAt).some((byte) => byte !== 0)) {
    throw new FormatError(say.notTagId());
  }
  const id = { format, bytes: Uint8Array.from(packed.subarray(2, 2 + length)) };
  const view = new DataView(packed.buffer, packed.byteOffset + placeAt);
  const accuracy = view.getUint16(0) - 1;
  const place = { lat: view.getInt32(2) / unitsPerDegree, lon: view.getInt32(6) / unitsPerDegree, accuracy };
  if (accuracy < 0 ? place.lat !== 0 || place.lon !== 0 : !isOnEarth(place)) throw new FormatError(say.notTagId());
  return accuracy < 0 ? { id } : { id, place };
}

function isOnEarth({ lat, lon }: Place): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
}

/** "ibeacon:…" in lower-case hexadecimal: for an operator's own files. It is personal data. */
export function tagKey({ format, bytes }: TagId): string {
  return `${format}:${toHex(bytes)}`;
}
