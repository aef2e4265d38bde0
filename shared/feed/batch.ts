/**
 * The envelope of a batch: readings sealed together, numbered, encoded once. Documented in docs/feed.md.
 *
 * A sealed batch never changes: the same number always carries the same bytes. This module only builds and reads the
 * envelope; the caller compresses and decompresses the body (`node:zlib` here, `CompressionStream` in a browser).
 */
import { MachimoriError, textOf } from '../errors.ts';
import { hexBytes, toHex } from '../hex.ts';
import type { Reading, Units } from '../reading.ts';
import type { Text } from '../text.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { decodeColumns, encodeColumns, inSeries } from './columns.ts';
import { type Doubts, encodeDoubts, withDoubts } from './doubts.ts';
import { decodeSenml, encodeSenml } from './senml.ts';
import { say } from './words.ts';

export const FEED_VERSION = 1;
export const LANES = ['routine', 'urgent'] as const;
export const ENCODINGS = ['columns', 'senml'] as const;
export const COMPRESSIONS = ['none', 'deflate', 'brotli'] as const;
export type Lane = (typeof LANES)[number];
export type Encoding = (typeof ENCODINGS)[number];
export type Compression = (typeof COMPRESSIONS)[number];

/** Which batch: numbers run from 1 without gaps within one epoch of one gateway's feed. */
export interface BatchId {
  readonly gateway: string;
  /** 16 hexadecimal digits, drawn afresh whenever the gateway starts with a new buffer file. */
  readonly epoch: string;
  readonly number: number;
}

/**
 * Where the readings of a part stood: at positions `first`, `first + 1` … of a batch that was too large for the broker. That batch may
 * have been stored nevertheless, with no answer coming through. Positions are of that batch, also for a part of a part.
 */
export interface PartOf {
  readonly epoch: string;
  readonly number: number;
  /** Of that batch's message (digest.ts). */
  readonly digest: string;
  readonly first: number;
}

export interface BatchHeader extends BatchId {
  readonly lane: Lane;
  /** How many readings the body holds. */
  readonly count: number;
  readonly encoding: Encoding;
  readonly compression: Compression;
  readonly doubts?: Doubts | undefined;
  readonly partOf?: PartOf | undefined;
}

/** A batch as it is stored in the buffer and sent: `bytes` is the whole message. */
export interface SealedBatch extends BatchId {
  readonly lane: Lane;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** The integer keys of the envelope; all numbered messages share 0 to 3. */
const KEY = {
  version: 0,
  gateway: 1,
  epoch: 2,
  number: 3,
  lane: 4,
  count: 5,
  encoding: 6,
  compression: 7,
  body: 8,
  doubts: 9,
  partOf: 10,
  padding: 11,
};

/**
 * The body, not yet compressed, and the doubts for the header. SenML records carry units: `unitsOf` tells those of a device, as its
 * birth does.
 */
export function encodeBody(
  encoding: Encoding,
  readings: readonly Reading[],
  unitsOf: (device: string) => Units | undefined = () => undefined,
): { readonly body: Uint8Array; readonly doubts: Doubts | undefined } {
  const areColumns = encoding === 'columns';
  const body = areColumns ? encodeColumns(readings) : encodeSenml(readings, unitsOf);
  if (!readings.some(({ doubtful }) => doubtful !== undefined)) return { body, doubts: undefined };
  return { body, doubts: encodeDoubts(areColumns ? inSeries(readings) : readings) };
}

/**
 * The readings of a decompressed body, with the doubts of its header. Throws a MachimoriError "bad-body" if the body breaks the
 * encoding or holds more than `maxReadings`, and a FormatError if the doubts are about none of its readings.
 */
export function decodeBody(
  { encoding, doubts }: Pick<BatchHeader, 'encoding' | 'doubts'>,
  body: Uint8Array,
  maxReadings: number,
): readonly Reading[] {
  const readings =
    encoding === 'columns' ? decodeColumns(body, maxReadings, 'a stranger') : decodeSenml(body, maxReadings);
  return withDoubts(readings, doubts);
}

/** Bounds of a receiver (docs/feed.md, rule 6), besides those of the encodings. */
export const RECEIVER_BOUNDS = { bodyBytes: 16 * 1024 * 1024, readings: 100_000 };

/** Whether a receiver with these bounds takes the body. */
export function isWithinBounds(encoding: Encoding, body: Uint8Array): boolean {
  if (body.length > RECEIVER_BOUNDS.bodyBytes) return false;
  try {
    decodeBody({ encoding }, body, RECEIVER_BOUNDS.readings);
    return true;
  } catch (fault) {
    if (fault instanceof MachimoriError) return false;
    throw fault;
  }
}

/** The whole message. `body` is already compressed, as `header.compression` says. */
export function encodeBatch(header: BatchHeader, body: Uint8Array): Uint8Array {
  return encodeCbor(new Map(batchEntries(header, body)));
}

/** The same, filled up with zeros to a size, less than 64 KiB. Throws a RangeError if it is larger. */
export function encodePaddedBatch(header: BatchHeader, body: Uint8Array, bytes: number): Uint8Array {
  const padded = (padding: number) =>
    encodeCbor(new Map([...batchEntries(header, body), [KEY.padding, new Uint8Array(padding)]]));
  const missing = bytes - padded(minPadding).length;
  if (missing < 0) throw new RangeError(`a batch that does not fit into ${bytes} bytes`);
  return padded(minPadding + missing);
}

/** From here to 64 KiB a byte string has its length in two bytes (RFC 8949 §3). */
const minPadding = 256;

function batchEntries(header: BatchHeader, body: Uint8Array): [number, unknown][] {
  return [
    ...idEntries(header),
    [KEY.lane, LANES.indexOf(header.lane)],
    [KEY.count, header.count],
    [KEY.encoding, ENCODINGS.indexOf(header.encoding)],
    [KEY.compression, COMPRESSIONS.indexOf(header.compression)],
    [KEY.body, body],
    ...(header.doubts === undefined ? [] : ([[KEY.doubts, header.doubts]] as [number, unknown][])),
    ...(header.partOf === undefined ? [] : ([[KEY.partOf, partEntry(header.partOf)]] as [number, unknown][])),
  ];
}

/** Throws a MachimoriError "bad-message" if the bytes are not a batch of a version and shape that this code knows. */
export function decodeBatch(bytes: Uint8Array): { readonly header: BatchHeader; readonly body: Uint8Array } {
  const what = say.aBatch();
  const map = decodeMap(bytes, what);
  const header = {
    ...readBatchId(map, what),
    lane: nameOf(LANES, map.get(KEY.lane)),
    encoding: nameOf(ENCODINGS, map.get(KEY.encoding)),
    compression: nameOf(COMPRESSIONS, map.get(KEY.compression)),
  };
  const { lane, encoding, compression } = header;
  const count = map.get(KEY.count);
  const body = map.get(KEY.body);
  if (lane === undefined || encoding === undefined || compression === undefined) {
    throw badMessage(what, say.unknownLane());
  }
  if (!isCount(count) || !(body instanceof Uint8Array)) throw badMessage(what, say.noCountOrBody());
  const doubts = map.has(KEY.doubts) ? { doubts: map.get(KEY.doubts) as Doubts } : {}; // `withDoubts` checks them
  const partOf = map.has(KEY.partOf) ? { partOf: readPartOf(map.get(KEY.partOf)) } : {};
  return { header: { ...header, lane, count, encoding, compression, ...doubts, ...partOf }, body };
}

function partEntry({ epoch, number, digest, first }: PartOf): unknown {
  return [hexBytes(epoch), number, hexBytes(digest), first];
}

function readPartOf(entry: unknown): PartOf {
  const [epoch, number, digest, first]: unknown[] = Array.isArray(entry) ? entry : [];
  if (!isEight(epoch) || !isCount(number) || number < 1 || !isEight(digest) || !isCount(first)) {
    throw badMessage(say.aBatch(), say.badPart());
  }
  return { epoch: toHex(epoch), number, digest: toHex(digest), first };
}

function isEight(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 8;
}

/** The integer-keyed map of a message. `what` names the message in errors. Throws a MachimoriError "bad-message". */
export function decodeMap(bytes: Uint8Array, what: Text): ReadonlyMap<unknown, unknown> {
  let map: unknown;
  try {
    map = decodeCbor(bytes);
  } catch (cause) {
    throw badMessage(what, say.notCbor({ why: textOf(cause) }));
  }
  if (!(map instanceof Map)) throw badMessage(what, say.notCborMap());
  const version: unknown = map.get(KEY.version);
  if (version !== FEED_VERSION) {
    throw badMessage(what, say.wrongVersion({ given: String(version), expected: FEED_VERSION }));
  }
  return map;
}

/** Keys 1 to 3 of batches, receipts and gaps. */
export function readBatchId(map: ReadonlyMap<unknown, unknown>, what: Text): BatchId {
  const gateway = map.get(KEY.gateway);
  const epoch = map.get(KEY.epoch);
  const number = map.get(KEY.number);
  if (typeof gateway !== 'string' || gateway === '' || gateway.length > 128) throw badMessage(what, say.noGateway());
  if (!(epoch instanceof Uint8Array) || epoch.length !== 8) throw badMessage(what, say.badEpoch());
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) {
    throw badMessage(what, say.badNumber());
  }
  return { gateway, epoch: toHex(epoch), number };
}

/** The name that a code stands for, if any. */
export function nameOf<const Name extends string>(names: readonly Name[], code: unknown): Name | undefined {
  return typeof code === 'number' ? names[code] : undefined;
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function badMessage(what: Text, fault: Text): MachimoriError {
  return new MachimoriError('bad-message', { what: fault, on: what, hint: say.compareWithFeed() });
}

/** Keys 0 to 3, which begin every numbered message. */
export function idEntries({ gateway, epoch, number }: BatchId): [number, unknown][] {
  return [
    [KEY.version, FEED_VERSION],
    [KEY.gateway, gateway],
    [KEY.epoch, hexBytes(epoch)],
    [KEY.number, number],
  ];
}
