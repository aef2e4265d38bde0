/** Bytes on the wire per reading: the whole MQTT payload of a batch, by its number of readings. */

import { compress } from '../../gateway/buffer/compress.ts';
import type { Compression } from '../../shared/feed/batch.ts';
import { encodeBatch, encodeBody } from '../../shared/feed/batch.ts';
import type { Reading } from '../../shared/reading.ts';

export function bytesPerReading(readings: readonly Reading[], count: number, compression: Compression): number {
  let bytes = 0;
  let batches = 0;
  for (let from = 0; from + count <= readings.length && batches < 20; from += count, batches++) {
    const body = compress(encodeBody('columns', readings.slice(from, from + count)).body, compression);
    const header = {
      gateway: 'gw-bench-01',
      epoch: '00112233445566ff',
      number: 1000 + batches,
      lane: 'routine',
    } as const;
    bytes += encodeBatch({ ...header, count, encoding: 'columns', compression }, body).length;
  }
  return Math.round((bytes / (batches * count)) * 100) / 100;
}
