import { readFileSync } from 'node:fs';
import { brotliDecompressSync, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { digestOf as digestAtOnce } from '../../../gateway/buffer/digest.ts';
import { type BatchHeader, decodeBatch, decodeBody, encodeBatch, encodeBody } from '../../../shared/feed/batch.ts';
import { decodeBirth, decodeStatus, encodeBirth, encodeStatus } from '../../../shared/feed/birth.ts';
import { digestOf } from '../../../shared/feed/digest.ts';
import { openParcel, type ParcelHead, type ParcelMessage, writeParcel } from '../../../shared/feed/parcel.ts';
import { decodeGap, decodeReceipt, encodeGap, encodeReceipt } from '../../../shared/feed/receipt.ts';
import { type Reading, readingToJson } from '../../../shared/reading.ts';
import { readBatch, readDescription, readGap, readParcel, readReceipt } from './outsider.ts';
import { collect } from './pieces.ts';

interface BatchVector {
  readonly name: string;
  readonly message: 'batch';
  readonly header: BatchHeader;
  readonly readings: readonly (Omit<Reading, 'observedAt'> & { readonly observedAt: string })[];
  readonly digest: string;
  readonly hex: string;
}
interface ParcelVector {
  readonly name: string;
  readonly message: 'parcel';
  readonly content: {
    readonly head: ParcelHead;
    readonly messages: readonly { readonly kind: ParcelMessage['kind']; readonly hex: string }[];
  };
  readonly hex: string;
}
interface OtherVector {
  readonly name: string;
  readonly message: 'receipt' | 'gap' | 'birth' | 'status';
  readonly content: never; // what it is, the message says
  readonly hex: string;
}

const docs = new URL('../../../docs/', import.meta.url);
const { vectors }: { vectors: (BatchVector | ParcelVector | OtherVector)[] } = JSON.parse(
  readFileSync(new URL('feed-vectors.json', docs), 'utf8'),
);
const batches = vectors.filter((vector) => vector.message === 'batch');
const parcels = vectors.filter((vector) => vector.message === 'parcel');
const others = vectors.filter((vector) => vector.message !== 'batch' && vector.message !== 'parcel');
/** Of the gauge in the vectors. */
const UNITS = { level: 'm', battery: 'V' };
const bytesOf = ({ hex }: { hex: string }) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

const CODECS = {
  receipt: { encode: encodeReceipt, decode: decodeReceipt, outsider: readReceipt },
  gap: { encode: encodeGap, decode: decodeGap, outsider: readGap },
  birth: { encode: encodeBirth, decode: decodeBirth, outsider: readDescription },
  status: { encode: encodeStatus, decode: decodeStatus, outsider: readDescription },
};

describe.each(batches)('$name', (vector) => {
  test('is decoded to its readings', () => {
    const { header, body } = decodeBatch(bytesOf(vector));
    expect({ ...header, doubts: undefined }).toEqual(vector.header); // its doubts are in the readings
    const readings = decodeBody(header, decompress(body, header), header.count);
    expect(readings.map(readingToJson)).toEqual(vector.readings);
  });

  test('has its digest', async () => {
    expect(await digestOf(bytesOf(vector))).toBe(vector.digest);
    expect(digestAtOnce(bytesOf(vector))).toBe(vector.digest);
  });

  test('is decoded to its readings from docs/feed.md alone', () => {
    expect(readBatch(bytesOf(vector))).toEqual({ header: vector.header, readings: vector.readings });
  });
});

describe.each(batches.filter(({ header }) => header.compression === 'none'))('$name', (vector) => {
  test('is encoded to its bytes', () => {
    const readings = vector.readings.map(
      (reading) => ({ ...reading, observedAt: Date.parse(reading.observedAt) }) as Reading, // as JSON has it
    );
    const { body, doubts } = encodeBody(vector.header.encoding, readings, () => UNITS);
    expect(hexOf(encodeBatch({ ...vector.header, doubts }, body))).toBe(vector.hex);
  });
});

describe.each(others)('$name', (vector) => {
  const { encode, decode, outsider } = CODECS[vector.message];

  test('is decoded to its content', () => {
    expect(decode(bytesOf(vector))).toMatchObject(vector.content);
  });

  test('is decoded to its content from docs/feed.md alone', () => {
    expect(outsider(bytesOf(vector))).toEqual(vector.content);
  });

  test('is encoded to its bytes', () => {
    expect(hexOf(encode(vector.content))).toBe(vector.hex);
  });
});

describe.each(parcels)('$name', (vector) => {
  const { head, messages } = vector.content;

  test('is read to its messages', async () => {
    const parcel = await openParcel([bytesOf(vector)], vector.name);
    expect(parcel.head).toEqual(head);
    const read = await collect(parcel.messages);
    expect(read).toEqual(messages.map((message) => ({ kind: message.kind, bytes: bytesOf(message) })));
  });

  test('is read to its messages from docs/feed.md alone', () => {
    expect(readParcel(bytesOf(vector))).toEqual(vector.content);
  });

  test('is written to its bytes', () => {
    const written = writeParcel(
      head,
      messages.map((message) => ({ kind: message.kind, bytes: bytesOf(message) })),
    );
    expect(hexOf(Buffer.concat([...written]))).toBe(vector.hex);
  });
});

test('there is a vector of every message, encoding and compression', () => {
  expect(new Set(vectors.map(({ message }) => message))).toEqual(
    new Set(['batch', 'receipt', 'gap', 'birth', 'status', 'parcel']),
  );
  expect(new Set(batches.map(({ header }) => header.encoding))).toEqual(new Set(['columns', 'senml']));
  expect(new Set(batches.map(({ header }) => header.compression))).toEqual(new Set(['none', 'deflate', 'brotli']));
});

test('the example that docs/feed.md explains byte by byte is the first vector', () => {
  const page = readFileSync(new URL('feed.md', docs), 'utf8');
  const lines = /```cbor-hex\n([^`]*)```/.exec(page)?.[1]?.split('\n') ?? [];
  expect(lines.map((line) => line.replace(/;.*/, '').replaceAll(' ', '')).join('')).toBe(batches[0]?.hex);
});

function decompress(body: Uint8Array, { compression }: BatchHeader): Uint8Array {
  if (compression === 'none') return body;
  return compression === 'deflate' ? inflateRawSync(body) : brotliDecompressSync(body);
}
