/**
 * Rows in COPY's binary format (PostgreSQL documentation, COPY, "Binary Format"; the types as their `recv` functions read them), streamed
 * in chunks while PostgreSQL takes them. Binary, because neither side then writes and parses times and numbers as text.
 */
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { PostgresClient } from '../../../postgres/connect.ts';
import type { Row } from '../history.ts';
import type { NewBatch } from '../judge.ts';

export const COPY_COLUMNS =
  '(batch, index, observed_at, tenant, gateway, device, kind, values, quality, doubtful, lat, lon)';
const columns = 12;
const chunkBytes = 64 * 1024;
/** Bytes of a row beside its texts: the count of its columns, their lengths, and the numbers. */
const fixedBytes = 2 + columns * 4 + 8 + 4 + 8 + 8 + 8;
/** 2000-01-01T00:00:00Z in epoch ms, from which timestamptz counts microseconds. */
const postgresEpochMs = 946_684_800_000;
const textOid = 25;
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = Buffer.from([0xff, 0xff]);
const two32 = 2 ** 32;

export interface NumberedBatch extends NewBatch {
  /** Of the table `batch`. */
  readonly id: number;
}

/** Copies the readings of these batches into `reading`, in the transaction that is open. Calls `isSent` when PostgreSQL has them to work on. */
export async function copyRows(
  { client, copyFrom }: PostgresClient,
  schema: string,
  batches: readonly NumberedBatch[],
  isSent?: () => void,
): Promise<void> {
  const into = client.query(copyFrom(`COPY ${schema}.reading ${COPY_COLUMNS} FROM STDIN (FORMAT binary)`));
  const done = finished(into);
  done.catch(() => {}); // awaited below
  const isOver = () => into.destroyed || into.errored !== null;
  for (const chunk of chunksOf(batches)) {
    if (isOver()) break;
    if (!into.write(chunk)) await Promise.race([once(into, 'drain'), done]);
  }
  if (!isOver()) into.end();
  isSent?.();
  await done;
}

export function* chunksOf(batches: readonly NumberedBatch[]): Generator<Buffer> {
  let chunk = new Chunk(chunkBytes);
  chunk.bytes(HEADER);
  for (const { id, batch, rows } of batches) {
    const origin = Buffer.concat([textField(batch.tenant), textField(batch.gateway)]);
    let [name, device, kind] = [Buffer.alloc(0), '', ''];
    for (const row of rows) {
      if (row.device !== device || row.kind !== kind) {
        name = Buffer.concat([origin, textField(row.device), textField(row.kind)]);
        device = row.device;
        kind = row.kind;
      }
      const needed = fixedBytes + name.length + maxTextBytes(row);
      if (needed > chunk.room) {
        yield chunk.filled();
        chunk = new Chunk(Math.max(chunkBytes, needed));
      }
      chunk.row(id, row, name);
    }
  }
  if (chunk.room < TRAILER.length) {
    yield chunk.filled();
    chunk = new Chunk(chunkBytes);
  }
  chunk.bytes(TRAILER);
  yield chunk.filled();
}

class Chunk {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  get room(): number {
    return this.#bytes.length - this.#at;
  }

  filled(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  row(batch: number, { index, observedAt, values, quality, doubtful, lat, lon }: Row, name: Uint8Array): void {
    this.#at = this.#bytes.writeInt16BE(columns, this.#at);
    this.#int32(8);
    this.#int64(batch);
    this.#int32(4);
    this.#int32(index);
    this.#int32(8);
    this.#microseconds(observedAt);
    this.bytes(name);
    this.#jsonb(values);
    if (quality === undefined) this.#int32(-1);
    else this.bytes(textField(quality));
    if (doubtful === undefined) this.#int32(-1);
    else this.bytes(textsField(doubtful));
    this.#double(lat);
    this.#double(lon);
  }

  #int32(value: number): void {
    this.#at = this.#bytes.writeInt32BE(value, this.#at);
  }

  /** A safe integer. */
  #int64(value: number): void {
    const high = Math.floor(value / two32);
    this.#int32(high);
    this.#at = this.#bytes.writeUInt32BE(value - high * two32, this.#at);
  }

  #microseconds(ms: number): void {
    const since = (ms - postgresEpochMs) * 1000;
    if (Number.isSafeInteger(since)) this.#int64(since);
    else this.#at = this.#bytes.writeBigInt64BE(BigInt(ms - postgresEpochMs) * 1000n, this.#at);
  }

  #jsonb(json: string): void {
    const start = this.#at;
    const length = 1 + this.#bytes.write(json, start + 5, 'utf8');
    this.#int32(length);
    this.#bytes[this.#at] = 1; // the version of the format
    this.#at = start + 4 + length;
  }

  #double(value: number | undefined): void {
    this.#int32(value === undefined ? -1 : 8);
    if (value !== undefined) this.#at = this.#bytes.writeDoubleBE(value, this.#at);
  }
}

/** UTF-8 has at most three bytes for each unit of UTF-16. */
function maxTextBytes({ values, quality, doubtful = [] }: Row): number {
  let bytes = 1 + 3 * (values.length + (quality?.length ?? 0)) + 20;
  for (const doubt of doubtful) bytes += 4 + 3 * doubt.length;
  return bytes;
}

function textField(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** text[]: dimensions, whether there are nulls, the type, then the length and first index of the one dimension. */
function textsField(texts: readonly string[]): Buffer {
  const shape = texts.length === 0 ? [0, 0, textOid] : [1, 0, textOid, texts.length, 1];
  const head = Buffer.alloc(4 + shape.length * 4);
  const fields = texts.map(textField);
  const length = shape.length * 4 + fields.reduce((sum, field) => sum + field.length, 0);
  [length, ...shape].forEach((value, i) => void head.writeInt32BE(value, i * 4));
  return Buffer.concat([head, ...fields]);
}

/** As array literals are written (documentation, section 8.15.2). */
export function arrayOf(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;
}
