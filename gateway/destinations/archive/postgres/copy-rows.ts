/** Rows in COPY's text format (PostgreSQL documentation, COPY, "Text Format"), streamed in chunks while PostgreSQL takes them. */
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { NewBatch } from '../judge.ts';
import type { PostgresClient } from './connect.ts';

/** Characters of a chunk. */
const chunkLength = 64 * 1024;

export interface NumberedBatch extends NewBatch {
  /** Of the table `batch`. */
  readonly id: number;
}

/** Copies the readings of these batches into `reading`, in the transaction that is open. */
export async function copyRows(
  { client, copyFrom }: PostgresClient,
  schema: string,
  batches: readonly NumberedBatch[],
): Promise<void> {
  const into = client.query(
    copyFrom(
      `COPY ${schema}.reading (batch, index, observed_at, tenant, gateway, device, kind, values, quality, doubtful, lat, lon) FROM STDIN`,
    ),
  );
  const done = finished(into);
  done.catch(() => {}); // awaited below
  const isOver = () => into.destroyed || into.errored !== null;
  for (const chunk of chunksOf(batches)) {
    if (isOver()) break;
    if (!into.write(chunk)) await Promise.race([once(into, 'drain'), done]);
  }
  if (!isOver()) into.end();
  await done;
}

export function* chunksOf(batches: readonly NumberedBatch[]): Generator<string> {
  let chunk = '';
  for (const { id, batch, rows } of batches) {
    const [before, origin] = [`${id}\t`, `\t${escaped(batch.tenant)}\t${escaped(batch.gateway)}\t`];
    for (const { index, device, kind, observedAt, values, quality, doubtful, lat, lon } of rows) {
      const doubts = doubtful === undefined ? '\\N' : escaped(arrayOf(doubtful));
      chunk += `${before}${index}\t${timestamp(observedAt)}${origin}${escaped(device)}\t${kind}\t${escaped(values)}\t${quality ?? '\\N'}\t${doubts}\t${lat ?? '\\N'}\t${lon ?? '\\N'}\n`;
      if (chunk.length < chunkLength) continue;
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

const SPECIAL = /[\\\t\n\r]/;

function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** The time zone of the session is UTC, so it may be left out. Years are those of storable.ts. */
function timestamp(at: number): string {
  return new Date(at).toISOString();
}

/** As array literals are written (documentation, section 8.15.2). */
export function arrayOf(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;
}
