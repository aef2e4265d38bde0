/** What still goes over the wire of an operator that was revoked. */
import { decompress } from '../../gateway/buffer/compress.ts';
import { decodeBatch, decodeBody, RECEIVER_BOUNDS } from '../../shared/feed/batch.ts';
import type { Reading } from '../../shared/reading.ts';
import { publishedIn, type Tapped } from './tap.ts';

/** How many of its sightings gateways sent that were observed after `at`, epoch ms. A batch that is sent again counts again. */
export function sentSince(connections: readonly Tapped[], operator: string, at: number): number {
  const batches = connections.flatMap((tapped) => publishedIn(tapped).filter(({ topic }) => topic.endsWith('/batch')));
  const isLate = ({ kind, observedAt, values }: Reading) =>
    kind === 'sighting' && values.operator === operator && observedAt > at;
  return batches.flatMap(({ payload }) => readingsOf(Buffer.from(payload)).filter(isLate)).length;
}

export function readingsOf(bytes: Uint8Array): readonly Reading[] {
  const { header, body } = decodeBatch(bytes);
  return decodeBody(header, decompress(body, header.compression, RECEIVER_BOUNDS.bodyBytes), RECEIVER_BOUNDS.readings);
}
