/**
 * Plain RFC 8949 CBOR: the one place that knows cbor-x. None of cbor-x's own extensions (records, structures, tagged
 * typed arrays) is written, so that any CBOR library reads the feed; maps keep their integer keys (`Map`).
 *
 * What a stranger sends is bounded: an array or map may not claim more than `maxItems` members.
 */
import { Decoder, Encoder, setSizeLimits } from 'cbor-x';

const maxItems = 1_000_000;

setSizeLimits({ maxArraySize: maxItems, maxMapSize: maxItems, maxObjectSize: maxItems });

const plain = {
  useRecords: false,
  mapsAsObjects: false,
  tagUint8Array: false,
  variableMapSize: true,
  int64AsNumber: true, // others write integers beyond 32 bits as such, cbor-x as floats; both are numbers here
};
const encoder = new Encoder(plain);
const decoder = new Decoder(plain);

export function encodeCbor(value: unknown): Uint8Array {
  // The encoder's buffer is reused by its next call, so the bytes are copied out.
  return Uint8Array.from(encoder.encode(value));
}

/** Throws whatever cbor-x throws where the bytes are not one well-formed CBOR item. */
export function decodeCbor(bytes: Uint8Array): unknown {
  return decoder.decode(bytes);
}
