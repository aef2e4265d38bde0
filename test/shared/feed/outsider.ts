/**
 * A receiver as an outsider would write it, from docs/feed.md alone: a minimal CBOR reader and the two bodies. It shares
 * no code with the feed, so that where both agree on the test vectors the page is sufficient.
 */
import { brotliDecompressSync, crc32, inflateRawSync } from 'node:zlib';

type Item = number | string | boolean | Uint8Array | Item[] | Map<Item, Item>;
interface Observed {
  device: string;
  kind: string;
  observedAt: string;
  values: Record<string, Item>;
  quality?: string;
  doubtful?: string[];
}

const KINDS = ['water-level', 'people-count', 'sighting', 'position', 'alarm', 'status', 'measurement'];
const QUALITIES = [
  '',
  'clock-unsynchronised',
  'out-of-range',
  'changing-too-fast',
  'no-target',
  'not-a-number',
  'device-fault',
  'stale',
  'uncertain',
];
const REASONS = ['quota', 'disk-full', 'damaged', 'operator', 'expired', 'erased'];

/** RFC 8949 without tags, indefinite lengths and half floats, which the feed has no need of. */
export function readCbor(bytes: Uint8Array): Item {
  const [item] = readItems(bytes).next().value ?? [];
  if (item === undefined) throw new Error('there is nothing');
  return item;
}

/** The items of a CBOR sequence (RFC 8742). */
function* readItems(bytes: Uint8Array): Generator<[Item]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const argument = (info: number): number => {
    if (info < 24) return info;
    const length = 2 ** (info - 24);
    at += length;
    if (length === 1) return view.getUint8(at - 1);
    if (length === 2) return view.getUint16(at - 2);
    return length === 4 ? view.getUint32(at - 4) : Number(view.getBigUint64(at - 8));
  };
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const item = (): Item => {
    const head = view.getUint8(at++);
    const info = head & 31;
    switch (head >> 5) {
      case 0:
        return argument(info);
      case 1:
        return -1 - argument(info);
      case 2:
        return take(argument(info));
      case 3:
        return new TextDecoder().decode(take(argument(info)));
      case 4:
        return Array.from({ length: argument(info) }, item);
      case 5:
        return new Map(Array.from({ length: argument(info) }, () => [item(), item()]));
    }
    if (head === 0xf4 || head === 0xf5) return head === 0xf5;
    at += head === 0xfa ? 4 : 8;
    return head === 0xfa ? view.getFloat32(at - 4) : view.getFloat64(at - 8);
  };
  while (at < bytes.length) yield [item()];
}

/** A parcel: its head, and its messages in hexadecimal. */
export function readParcel(file: Uint8Array) {
  const kinds = ['head', 'batch', 'gap', 'receipt', 'end'];
  const items = [...readItems(file)].map(([item]) => {
    const [kind, content, sum] = item as [number, Uint8Array, number];
    if (crc32(Uint8Array.of(kind, ...content)) !== sum) throw new Error('damaged');
    return { kind: kinds[kind], content };
  });
  const [head, end] = [items.shift(), items.pop()].map((item) => readCbor(item?.content ?? new Uint8Array()));
  const [version, gateway, tenant, at] = [0, 1, 2, 3].map((key) => (head as Map<number, Item>).get(key));
  if (version !== 1) throw new Error('not version 1');
  if ((end as Map<number, Item>).get(0) !== items.length) throw new Error('not complete');
  return {
    head: { gateway, tenant, at },
    messages: items.map(({ kind, content }) => ({ kind, hex: Buffer.from(content).toString('hex') })),
  };
}

export function readBatch(message: Uint8Array) {
  const map = readCbor(message) as Map<number, Item>;
  const [lane, count, encoding, compression] = [4, 5, 6, 7].map((key) => Number(map.get(key)));
  const compressed = map.get(8) as Uint8Array;
  const body =
    compression === 0 ? compressed : compression === 1 ? inflateRawSync(compressed) : brotliDecompressSync(compressed);
  const partOf = map.get(10) as [Uint8Array, number, Uint8Array, number] | undefined;
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return {
    header: {
      ...readId(map),
      ...(partOf && { partOf: { epoch: hex(partOf[0]), number: partOf[1], digest: hex(partOf[2]), first: partOf[3] } }),
      lane: ['routine', 'urgent'][lane ?? -1],
      count,
      encoding: ['columns', 'senml'][encoding ?? -1],
      compression: ['none', 'deflate', 'brotli'][compression ?? -1],
    },
    readings: inDoubt(encoding === 0 ? readColumns(body) : readSenml(body), map.get(9) as Map<string, Uint8Array>),
  };
}

function inDoubt(readings: Observed[], doubts: ReadonlyMap<string, Uint8Array> = new Map()): Observed[] {
  for (const [quantity, runs] of doubts) {
    let at = 0;
    for (const [i, length] of varints(runs).entries()) {
      const isRun = i % 2 === 1;
      for (const reading of isRun ? readings.slice(at, at + length) : []) {
        reading.doubtful = [...(reading.doubtful ?? []), quantity];
      }
      at += length;
    }
  }
  return readings;
}

export function readReceipt(message: Uint8Array) {
  const map = readCbor(message) as Map<number, Item>;
  const refused = (map.get(5) ?? []) as [number, string][];
  return {
    ...readId(map),
    outcome: ['stored', 'unreadable', 'conflict'][Number(map.get(4))],
    refused: refused.map(([index, reason]) => ({ index, reason })),
    ...(map.has(6) && { reason: map.get(6) }),
    ...(map.has(7) && { last: map.get(7) }),
    ...(map.has(8) && { digest: Buffer.from(map.get(8) as Uint8Array).toString('hex') }),
  };
}

export function readGap(message: Uint8Array) {
  const map = readCbor(message) as Map<number, Item>;
  return { ...readId(map), last: map.get(4), count: map.get(5), reason: REASONS[Number(map.get(6))] };
}

/** Birth and status, without the version. */
export function readDescription(message: Uint8Array): unknown {
  const plain = (item: Item): unknown => {
    if (Array.isArray(item)) return item.map(plain);
    return item instanceof Map ? Object.fromEntries([...item].map(([key, value]) => [key, plain(value)])) : item;
  };
  const { version, ...rest } = plain(readCbor(message)) as Record<string, unknown>;
  if (version !== 1) throw new Error('not version 1');
  return rest;
}

function readId(map: Map<number, Item>) {
  if (map.get(0) !== 1) throw new Error('not version 1');
  return { gateway: map.get(1), epoch: Buffer.from(map.get(2) as Uint8Array).toString('hex'), number: map.get(3) };
}

function readColumns(body: Uint8Array): Observed[] {
  return (readCbor(body) as Item[][]).flatMap((series) => {
    const [device, kind, count, times, columns, qualities] = series as [
      string,
      number,
      number,
      Item[],
      Map<string, Item[]>,
      Uint8Array?,
    ];
    const marks = qualities && varints(qualities);
    const seconds = readColumn(times, count);
    const byQuantity = [...columns].map(([quantity, column]) => [quantity, readColumn(column, count)] as const);
    return seconds.map((ms, i) => ({
      device,
      kind: KINDS[kind] ?? '',
      observedAt: new Date(Number(ms)).toISOString(),
      values: Object.fromEntries(
        byQuantity.flatMap(([quantity, column]) => {
          const value = column[i];
          return value === undefined ? [] : [[quantity, value]];
        }),
      ),
      ...(marks?.[i] && { quality: QUALITIES[marks[i]] ?? 'uncertain' }),
    }));
  });
}

/** One value per reading; undefined if the reading has none. */
function readColumn(column: Item[], count: number): (Item | undefined)[] {
  const shape = Number(column[0]);
  const values = readValues(shape, column);
  const presence = column[{ 3: 2, 4: 3, 5: 2 }[shape] ?? 4] as Uint8Array | undefined;
  let next = 0;
  return Array.from({ length: count }, (_, i) => {
    const isThere = presence === undefined || ((presence[Math.floor(i / 8)] ?? 0) >> (i % 8)) % 2 === 1;
    return isThere ? values[next++] : undefined;
  });
}

function readValues(shape: number, column: Item[]): Item[] {
  if (shape === 5) return [...(column[1] as Uint8Array)].map((byte) => byte === 1);
  if (shape === 4) return varints(column[2] as Uint8Array).map((index) => (column[1] as Item[])[index] ?? '');
  if (shape === 3) {
    const bytes = Buffer.from(column[1] as Uint8Array);
    return Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleBE(i * 8));
  }
  let n = Number(column[2]);
  let d = 0;
  const base = n;
  return varints(column[3] as Uint8Array).map((u) => {
    const z = u % 2 === 0 ? u / 2 : -(u + 1) / 2;
    d = shape === 2 ? d + z : z;
    n = shape === 0 ? base + z : n + d;
    return n / 10 ** Number(column[1]);
  });
}

function varints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let number = 0;
  let factor = 1;
  for (const byte of bytes) {
    number += (byte % 128) * factor;
    factor *= 128;
    if (byte >= 128) continue;
    numbers.push(number);
    number = 0;
    factor = 1;
  }
  return numbers;
}

function readSenml(body: Uint8Array): Observed[] {
  const readings: Observed[] = [];
  for (const record of readCbor(body) as Map<number, Item>[]) {
    if (record.has(-3)) {
      const [device = '', kind = ''] = String(record.get(-2)).split('/');
      const observedAt = new Date(Math.round(Number(record.get(-3)) * 1000)).toISOString();
      readings.push({ device, kind, observedAt, values: {} });
    }
    const reading = readings.at(-1);
    const [name, text] = [String(record.get(0)), record.get(3)];
    const value = record.get(2) ?? text ?? record.get(4);
    if (reading === undefined || value === undefined) throw new Error('a record without base time or value');
    const quantity = name.replace(/:([0-9a-f]{4})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
    if (name !== 'quality') reading.values[quantity] = value;
    else if (text !== '') reading.quality = String(text);
  }
  return readings;
}
