/**
 * Plain RFC 8949 CBOR: the only file that knows cbor-x. It writes none of cbor-x's extensions (records, structures, tagged
 * typed arrays), so that any CBOR library can read the feed; maps keep their integer keys (`Map`).
 *
 * Input is bounded before memory is taken for it: `maxItems` items altogether, however they are nested, and of them
 * `maxContainers` arrays and maps: an empty map is one byte, and 200 of memory. The feed has no tags, so none is taken: cbor-x
 * would make regular expressions, errors and sets of them.
 */
import { Decoder, setSizeLimits } from 'cbor-x/decode'; // without its native module, which takes 5 MB and reads columns no sooner
import { Encoder } from 'cbor-x/encode';
import { FormatError } from '../errors.ts';
import { say } from './words.ts';

const maxItems = 1_000_000;
const maxContainers = 200_000;

export interface CborBounds {
  readonly items?: number;
  readonly containers?: number;
  /** A map that has a key twice, or does not say how many it has, is none: two readers would see two things in it (RFC 8949 §5.6). */
  readonly hasUniqueKeys?: boolean;
}

setSizeLimits({ maxArraySize: maxItems, maxMapSize: maxItems, maxObjectSize: maxItems });

const plain = {
  useRecords: false,
  mapsAsObjects: false,
  tagUint8Array: false,
  variableMapSize: true,
  int64AsNumber: true, // cbor-x writes integers beyond 32 bits as floats, others as integers; both become numbers
};
const encoder = new Encoder(plain);
const decoder = new Decoder(plain);

export function encodeCbor(value: unknown): Uint8Array {
  // The encoder reuses its buffer on the next call.
  return Uint8Array.from(encoder.encode(value));
}

/**
 * Throws a FormatError if there is a tag or more items or containers than the bounds allow, and whatever cbor-x throws if the bytes are not one well-formed
 * CBOR item.
 */
export function decodeCbor(bytes: Uint8Array, bounds: CborBounds = {}): unknown {
  const keys = checkCounts(bytes, bounds);
  const value: unknown = decoder.decode(bytes);
  if (bounds.hasUniqueKeys && keysIn(value) !== keys) throw new FormatError(say.keyTwice());
  return value;
}

/** Of all maps, each key of a map once. */
function keysIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + keysIn(each), 0);
  if (!(value instanceof Map)) return 0;
  return value.size + [...value].flat().reduce((sum: number, each) => sum + keysIn(each), 0);
}

/**
 * Counts heads (RFC 8949 §3) and skips strings. What is malformed is left to the decoder. Returns how many keys the maps say that they have; a map
 * of indefinite length counts as more than any has.
 */
function checkCounts(bytes: Uint8Array, { items = maxItems, containers = maxContainers }: CborBounds): number {
  let keys = 0;
  let itemsLeft = items;
  let containersLeft = containers;
  for (let at = 0; at < bytes.length; ) {
    if (itemsLeft-- === 0) throw new FormatError(say.tooManyItems({ max: items }));
    const initial = bytes[at] ?? 0;
    const info = initial & 31;
    let argument = info;
    at++;
    if (info > 23 && info < 28) {
      const end = at + 2 ** (info - 24);
      for (argument = 0; at < end; at++) argument = argument * 256 + (bytes[at] ?? 0);
    }
    const major = initial >> 5;
    if ((major === 2 || major === 3) && info < 28) at += argument;
    if (major === 6) throw new FormatError(say.tagged());
    if ((major === 4 || major === 5) && containersLeft-- === 0) {
      throw new FormatError(say.tooManyContainers({ max: containers }));
    }
    if (major === 5) keys += info === 31 ? Number.POSITIVE_INFINITY : argument;
  }
  return keys;
}
