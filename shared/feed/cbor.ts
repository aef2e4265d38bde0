/**
 * Plain RFC 8949 CBOR: the only file that knows cbor-x. It writes none of cbor-x's extensions (records, structures, tagged
 * typed arrays), so that any CBOR library can read the feed; maps keep their integer keys (`Map`).
 *
 * Input is bounded before memory is taken for it: `maxItems` items altogether, however they are nested.
 */
import { Decoder, Encoder, setSizeLimits } from 'cbor-x';
import { FormatError } from '../errors.ts';
import { say } from './words.ts';

const maxItems = 1_000_000;

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
 * Throws a FormatError if there are more than `most` items, and whatever cbor-x throws if the bytes are not one well-formed
 * CBOR item.
 */
export function decodeCbor(bytes: Uint8Array, most = maxItems): unknown {
  if (!hasAtMost(most, bytes)) throw new FormatError(say.tooManyItems({ max: most }));
  return decoder.decode(bytes);
}

/** Counts heads (RFC 8949 §3) and skips strings. What is malformed is left to the decoder. */
function hasAtMost(most: number, bytes: Uint8Array): boolean {
  let items = 0;
  for (let at = 0; at < bytes.length; items++) {
    if (items === most) return false;
    const initial = bytes[at] ?? 0;
    const info = initial & 31;
    let argument = info;
    at++;
    if (info > 23 && info < 28) {
      const end = at + 2 ** (info - 24);
      for (argument = 0; at < end; at++) argument = argument * 256 + (bytes[at] ?? 0);
    }
    const isString = initial >> 5 === 2 || initial >> 5 === 3;
    if (isString && info < 28) at += argument;
  }
  return true;
}
