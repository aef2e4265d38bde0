/** Bodies of batches that are small on the wire and ask the receiver for much memory or time, by shape. */
import { brotliCompressSync } from 'node:zlib';

type Bytes = Uint8Array;
const join = (...pieces: readonly Bytes[]) => Buffer.concat(pieces);
const head = (major: number, argument: number): Bytes => {
  const bytes = Buffer.alloc(5);
  bytes[0] = (major << 5) | 26;
  bytes.writeUInt32BE(argument, 1);
  return bytes;
};
const int = (n: number) => head(0, n);
const bytes = (content: Bytes) => join(head(2, content.length), content);
const zeros = (n: number) => bytes(Buffer.alloc(n));
const text = (content: string) => join(head(3, content.length), Buffer.from(content));
const listOf = (items: readonly Bytes[]) => Buffer.concat([head(4, items.length), ...items]);
const list = (...items: readonly Bytes[]) => listOf(items);
const map = (entries: readonly (readonly Bytes[])[]) => join(head(5, entries.length), ...entries.flat());
const many = <T>(count: number, item: (i: number) => T) => Array.from({ length: count }, (_, i) => item(i));
const repeated = (count: number, item: Bytes) => join(head(4, count), Buffer.alloc(count * item.length, item));

const numbers = (n: number) => list(int(0), int(0), int(0), zeros(n));
const floats = (n: number) => list(int(3), bytes(Buffer.alloc(n * 8, 0x41)));
const texts = (length: number) => (n: number) => list(int(4), list(text('w'.repeat(length))), zeros(n));
const bits = (n: number) => list(int(5), zeros(n));
const absent = (n: number) => list(int(5), zeros(0), zeros(Math.ceil(n / 8)));

const series = (rows: number, columns: number, column: (rows: number) => Bytes) =>
  list(text('d'), int(1), int(rows), numbers(rows), map(many(columns, (i) => [text(`q${i}`), column(rows)])));
const base = [
  [head(1, 1), text('d/measurement/')],
  [head(1, 2), int(1)],
];
/** Every second one begins a reading. */
const record = (i: number) => map([...(i % 2 === 0 ? base : []), [int(0), text('n')], [int(2), int(1)]]);

export const COLUMNS: Readonly<Record<string, () => Bytes>> = {
  'zeros by the million': () => list(series(100_000, 160, numbers)),
  'the same in many series': () => listOf(many(100, () => series(1_000, 160, numbers))),
  'flags by the million': () => list(series(100_000, 160, bits)),
  'one word and millions of indexes': () => list(series(100_000, 160, texts(10))),
  'one long word': () => list(series(100_000, 100, texts(60_000))),
  'floats at the bound of values': () => list(series(100_000, 5, floats)),
  'wide rows at the bound of values': () => list(series(2_000, 256, floats)),
  'absent values by the million': () => list(series(100_000, 167, absent)),
  'a series for each reading': () => listOf(many(40_000, () => series(1, 1, bits))),
  'a huge count and a tiny body': () => list(list(text('d'), int(1), int(2 ** 32 - 1), numbers(10), map([]))),
  'a column longer than its rows': () => list(series(10, 1, () => numbers(15_000_000))),
  'empty maps by the million': () => repeated(990_000, Uint8Array.of(0xa0)),
  'empty maps at the bound': () => repeated(190_000, Uint8Array.of(0xa0)),
  'empty byte strings at the bound': () => repeated(790_000, Uint8Array.of(0x40)),
  'regular expressions': () => repeated(60_000, Buffer.from('d81b82655265674578621b28', 'hex')),
  'nested lists': () => Buffer.alloc(900_000, 0x81),
  'nested maps': () => Buffer.alloc(900_000, 0xa1),
  'zeros without end': () => Buffer.alloc(2 ** 27),
};

export const SENML: Readonly<Record<string, () => Bytes>> = {
  'records at the bound': () => listOf(many(199_000, record)),
  'empty records by the million': () => repeated(990_000, Uint8Array.of(0xa0)),
  'millions of records in lists': () => listOf(many(16, () => repeated(990_000, Uint8Array.of(0xa0)))),
};

export function compressed(body: Bytes): Bytes {
  return brotliCompressSync(body);
}
