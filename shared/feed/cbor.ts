/**
 * Plain RFC 8949 CBOR: the only file that knows cbor-x. It writes none of cbor-x's extensions (records, structures, tagged
 * typed arrays), so that any CBOR library can read the feed; maps keep their integer keys (`Map`).
 *
 * Input is bounded: an array or map may not claim more than `maxItems` members.
 */
import { Decoder, Encoder, setSizeLimits } from 'cbor-x';

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

/** Throws whatever cbor-x throws if the bytes are not one well-formed CBOR item. */
export function decodeCbor(bytes: Uint8Array): unknown {
  return decoder.decode(bytes);
}
