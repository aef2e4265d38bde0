/** The body of a row of readings that are not sealed yet: columns; in a map with their doubts if they have any. */
import { crc32 } from 'node:zlib';
import { FormatError, MachimoriError } from '../../shared/errors.ts';
import { encodeBody } from '../../shared/feed/batch.ts';
import { decodeCbor, encodeCbor } from '../../shared/feed/cbor.ts';
import { decodeColumns } from '../../shared/feed/columns.ts';
import { type Doubts, withDoubts } from '../../shared/feed/doubts.ts';
import type { Reading } from '../../shared/reading.ts';
import { maxRowReadings } from './schema.ts';

const KEY = { columns: 0, doubts: 1 };
/** The major type of a map (RFC 8949 §3.1); columns are an array. */
const MAP = 5;

export function encodeRow(readings: readonly Reading[]): Uint8Array {
  const { body, doubts } = encodeBody('columns', readings);
  if (doubts === undefined) return body;
  return encodeCbor(
    new Map<number, unknown>([
      [KEY.columns, body],
      [KEY.doubts, doubts],
    ]),
  );
}

/** The readings of a row; undefined if it has changed or cannot be read: no content of a file keeps a gateway from starting. */
export function readRow(body: unknown, crc: unknown): readonly Reading[] | undefined {
  if (!(body instanceof Uint8Array) || crc32(body) !== crc) return undefined;
  try {
    return decodeRow(body);
  } catch (fault) {
    if (fault instanceof MachimoriError || fault instanceof FormatError) return undefined;
    throw fault;
  }
}

function decodeRow(row: Uint8Array): readonly Reading[] {
  if ((row[0] ?? 0) >> 5 !== MAP) return decodeColumns(row, maxRowReadings);
  const map = decodeCbor(row) as ReadonlyMap<number, unknown>; // its check is right: `encodeRow` has written it
  return withDoubts(decodeColumns(map.get(KEY.columns) as Uint8Array, maxRowReadings), map.get(KEY.doubts) as Doubts);
}
