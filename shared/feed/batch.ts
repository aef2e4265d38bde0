/**
 * The envelope of a batch: readings sealed together, numbered, encoded once. Documented in docs/feed.md.
 *
 * A sealed batch never changes: the same number always carries the same bytes. This module only builds and reads the
 * envelope; the caller compresses and decompresses the body, since `node:zlib` and the browser's `CompressionStream`
 * differ.
 */
import { MachimoriError } from '../errors.ts';
import { hexBytes, toHex } from '../hex.ts';
import type { Reading } from '../reading.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { decodeColumns, encodeColumns } from './columns.ts';
import { decodeSenml, encodeSenml } from './senml.ts';

export const FEED_VERSION = 1;
export const LANES = ['routine', 'urgent'] as const;
export const ENCODINGS = ['columns', 'senml'] as const;
export const COMPRESSIONS = ['none', 'deflate', 'brotli'] as const;
export type Lane = (typeof LANES)[number];
export type Encoding = (typeof ENCODINGS)[number];
export type Compression = (typeof COMPRESSIONS)[number];

/** Which batch: numbers run from 1 without a hole within one epoch of one gateway's feed. */
export interface BatchId {
  readonly gateway: string;
  /** 16 hexadecimal digits, drawn anew whenever the gateway starts with a new buffer file. */
  readonly epoch: string;
  readonly number: number;
}

export interface BatchHeader extends BatchId {
  readonly lane: Lane;
  /** How many readings the body holds. */
  readonly count: number;
  readonly encoding: Encoding;
  readonly compression: Compression;
}

/** A batch as it lies in the buffer and goes out: `bytes` is the whole message. */
export interface SealedBatch extends BatchId {
  readonly lane: Lane;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** The integer keys of the envelope; 0 to 3 are common to all numbered messages. */
const KEY = { version: 0, gateway: 1, epoch: 2, number: 3, lane: 4, count: 5, encoding: 6, compression: 7, body: 8 };

export function encodeBody(encoding: Encoding, readings: readonly Reading[]): Uint8Array {
  return encoding === 'columns' ? encodeColumns(readings) : encodeSenml(readings);
}

/** Throws a MachimoriError "bad-body" where the body does not follow the encoding or holds more than `maxReadings`. */
export function decodeBody(encoding: Encoding, body: Uint8Array, maxReadings: number): Reading[] {
  return encoding === 'columns' ? decodeColumns(body, maxReadings) : decodeSenml(body, maxReadings);
}

/** The whole message. `body` is compressed already, as `header.compression` says. */
export function encodeBatch(header: BatchHeader, body: Uint8Array): Uint8Array {
  return encodeCbor(
    new Map<number, unknown>([
      ...idEntries(header),
      [KEY.lane, LANES.indexOf(header.lane)],
      [KEY.count, header.count],
      [KEY.encoding, ENCODINGS.indexOf(header.encoding)],
      [KEY.compression, COMPRESSIONS.indexOf(header.compression)],
      [KEY.body, body],
    ]),
  );
}

/** Throws a MachimoriError "bad-batch" where the bytes are no batch of a version and shape that this code knows. */
export function decodeBatch(bytes: Uint8Array): { readonly header: BatchHeader; readonly body: Uint8Array } {
  const map = decodeMap(bytes, 'a batch');
  const header = {
    ...readBatchId(map, 'a batch'),
    lane: nameOf(LANES, map.get(KEY.lane)),
    encoding: nameOf(ENCODINGS, map.get(KEY.encoding)),
    compression: nameOf(COMPRESSIONS, map.get(KEY.compression)),
  };
  const { lane, encoding, compression } = header;
  const count = map.get(KEY.count);
  const body = map.get(KEY.body);
  if (lane === undefined || encoding === undefined || compression === undefined) {
    throw badMessage('a batch', 'its lane, encoding or compression is unknown');
  }
  if (!isCount(count) || !(body instanceof Uint8Array)) {
    throw badMessage('a batch', 'its count or body is missing');
  }
  return { header: { ...header, lane, count, encoding, compression }, body };
}

/** The integer-keyed map that every message of the feed is. Throws a MachimoriError "bad-message". */
export function decodeMap(bytes: Uint8Array, what: string): ReadonlyMap<unknown, unknown> {
  let map: unknown;
  try {
    map = decodeCbor(bytes);
  } catch (cause) {
    throw badMessage(what, `it is no well-formed CBOR (${cause instanceof Error ? cause.message : cause})`);
  }
  if (!(map instanceof Map)) throw badMessage(what, 'it is no CBOR map');
  if (map.get(0) !== FEED_VERSION) throw badMessage(what, `it is of version ${map.get(0)}, not ${FEED_VERSION}`);
  return map;
}

/** Keys 1 to 3 of batches, receipts and gaps. */
export function readBatchId(map: ReadonlyMap<unknown, unknown>, what: string): BatchId {
  const gateway = map.get(KEY.gateway);
  const epoch = map.get(KEY.epoch);
  const number = map.get(KEY.number);
  if (typeof gateway !== 'string' || gateway === '' || gateway.length > 128)
    throw badMessage(what, 'it names no gateway');
  if (!(epoch instanceof Uint8Array) || epoch.length !== 8) throw badMessage(what, 'its epoch is not 8 bytes');
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) {
    throw badMessage(what, 'its number is not a positive integer');
  }
  return { gateway, epoch: toHex(epoch), number };
}

/** The name that a code stands for; undefined where it stands for none. */
export function nameOf<const Name extends string>(names: readonly Name[], code: unknown): Name | undefined {
  return typeof code === 'number' ? names[code] : undefined;
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function badMessage(what: string, fault: string): MachimoriError {
  return new MachimoriError('bad-message', { what: fault, on: what, hint: 'Compare the sender with docs/feed.md' });
}

/** Keys 0 to 3, with which every numbered message begins. */
export function idEntries({ gateway, epoch, number }: BatchId): [number, unknown][] {
  return [
    [KEY.version, FEED_VERSION],
    [KEY.gateway, gateway],
    [KEY.epoch, hexBytes(epoch)],
    [KEY.number, number],
  ];
}
