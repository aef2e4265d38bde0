/**
 * Readings into the bodies of batches: one, or several if one would be beyond a receiver's bounds or larger than the broker takes.
 * A single reading becomes a body however large it is.
 */
import {
  type BatchHeader,
  type Compression,
  type Encoding,
  encodeBody,
  isWithinBounds,
  type PartOf,
} from '../../shared/feed/batch.ts';
import { encodeCbor } from '../../shared/feed/cbor.ts';
import type { Reading, Units } from '../../shared/reading.ts';
import { compress } from './compress.ts';

export interface BodyOptions {
  readonly encoding: Encoding;
  readonly compression: Compression;
  /** SenML units of a device's quantities, as its birth tells them. */
  readonly unitsOf?: ((device: string) => Units | undefined) | undefined;
  /** The largest batch; undefined: any. */
  readonly maxBytes?: number | undefined;
  /** Where the first of the readings stands, if they are of a batch that was too large. */
  readonly partOf?: PartOf | undefined;
}

/** A body, compressed, and what a batch says of it. */
export interface Body extends Pick<BatchHeader, 'count' | 'encoding' | 'compression' | 'doubts' | 'partOf'> {
  readonly compressed: Uint8Array;
}

/** At most what the envelope of a batch takes beside its body. */
const envelopeBytes = 200;
/** So many readings are within a receiver's bounds whatever they hold, unless their texts are long. */
const ordinaryReadings = 500;
const ordinaryBytes = 1024 * 1024;

export function bodiesOf(readings: readonly Reading[], options: BodyOptions): Body[] {
  const { encoding, compression, unitsOf, maxBytes = Number.POSITIVE_INFINITY, partOf } = options;
  const { body, doubts } = encodeBody(encoding, readings, unitsOf);
  const count = readings.length;
  const isOrdinary = count <= ordinaryReadings && body.length <= ordinaryBytes;
  if (isOrdinary || count === 1 || isWithinBounds(encoding, body)) {
    const compressed = compress(body, compression);
    const bytes = compressed.length + envelopeBytes + (doubts === undefined ? 0 : encodeCbor(doubts).length);
    if (count === 1 || bytes <= maxBytes) return [{ compressed, doubts, count, encoding, compression, partOf }];
  }
  return bodiesOfHalves(readings, options);
}

/** The same, in two parts at least. */
export function bodiesOfHalves(readings: readonly Reading[], options: BodyOptions): Body[] {
  const half = Math.ceil(readings.length / 2);
  const { partOf } = options;
  const second = partOf === undefined ? options : { ...options, partOf: { ...partOf, first: partOf.first + half } };
  return [...bodiesOf(readings.slice(0, half), options), ...bodiesOf(readings.slice(half), second)];
}
