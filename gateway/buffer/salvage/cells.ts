/**
 * The rows in a SQLite page, whatever table it belongs to. A cell that cannot be is left out, and counted.
 *
 * Format: SQLite's "Database File Format", 1.6 (b-tree pages, cells, overflow), 2.1 (records).
 */
import type { Pages } from './pages.ts';

export type Value = null | number | string | Buffer;

export interface Cell {
  /** 0 in a table without rowid. */
  readonly rowid: number;
  readonly values: readonly Value[];
}

export interface PageCells {
  readonly cells: readonly Cell[];
  /** Whether everything in the page could be read and is accounted for. */
  readonly isWhole: boolean;
}

const LEAF = 0x0d;
const INTERIOR = 0x05;
const INDEX_LEAF = 0x0a;
const INDEX_INTERIOR = 0x02;
const fileHeaderBytes = 100;

/** Undefined if it is not a page of a tree. `used` is told of overflow pages that the cells go on in. */
export function cellsOf(pages: Pages, number: number, used: (page: number) => void): PageCells | undefined {
  const page = pages.read(number);
  const start = number === 1 ? fileHeaderBytes : 0;
  const type = page?.[start];
  if (page === undefined) return undefined;
  if (type === INTERIOR) return { cells: [], isWhole: true };
  if (type !== LEAF && type !== INDEX_LEAF && type !== INDEX_INTERIOR) return undefined;
  const header = type === INDEX_INTERIOR ? 12 : 8;
  const count = page.readUInt16BE(start + 3);
  const pointersEnd = start + header + count * 2;
  if (pointersEnd > page.length) return { cells: [], isWhole: false };
  const cells: Cell[] = [];
  let bytes = pointersEnd;
  for (let n = 0; n < count; n++) {
    const at = page.readUInt16BE(start + header + n * 2);
    const cell = at < pointersEnd ? undefined : readable(() => readCell(pages, page, at, type, used));
    if (cell === undefined) continue;
    cells.push(cell);
    bytes += cell.bytes;
  }
  const isWhole = cells.length === count && bytes + freeBytes(page, start) === page.length;
  return { cells, isWhole };
}

/** Undefined if it goes beyond the end. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof RangeError) return undefined;
    throw fault;
  }
}

/** Bytes of a page that no cell takes: the gap before the cells, free blocks, fragments. */
function freeBytes(page: Buffer, start: number): number {
  const pointersEnd = start + (page[start] === INDEX_INTERIOR ? 12 : 8) + page.readUInt16BE(start + 3) * 2;
  let bytes = (page.readUInt16BE(start + 5) || 65_536) - pointersEnd + (page[start + 7] ?? 0);
  for (let at = page.readUInt16BE(start + 1), n = 0; at > 0 && at + 4 <= page.length && n < page.length / 4; n++) {
    bytes += page.readUInt16BE(at + 2);
    at = page.readUInt16BE(at);
  }
  return bytes;
}

function readCell(pages: Pages, page: Buffer, start: number, type: number, used: (page: number) => void) {
  let at = start + (type === INDEX_INTERIOR ? 4 : 0);
  const [length, afterLength] = readVarint(page, at);
  at = afterLength;
  let rowid = 0;
  if (type === LEAF) [rowid, at] = readVarint(page, at);
  if (length > pages.last * pages.pageBytes) return undefined;
  const local = localBytes(length, page.length, type);
  const end = at + local + (local < length ? 4 : 0);
  if (end > page.length) return undefined;
  const payload = Buffer.alloc(length);
  page.copy(payload, 0, at, at + local);
  if (local < length) readOverflow(pages, page.readUInt32BE(at + local), payload, local, used);
  const values = readRecord(payload);
  return values && { rowid, values, bytes: Math.max(4, end - start) };
}

/** How much of a payload lies in the page itself. */
function localBytes(length: number, pageBytes: number, type: number): number {
  const most = type === LEAF ? pageBytes - 35 : Math.floor(((pageBytes - 12) * 64) / 255) - 23;
  if (length <= most) return length;
  const least = Math.floor(((pageBytes - 12) * 32) / 255) - 23;
  const some = least + ((length - least) % (pageBytes - 4));
  return some <= most ? some : least;
}

type Told = (page: number) => void;

/** Fills the payload from `filled` on. What an unreadable page held stays zero: the row's check will tell. */
function readOverflow(pages: Pages, first: number, payload: Buffer, filled: number, used: Told): void {
  let next = first;
  for (let at = filled; at < payload.length; at += pages.pageBytes - 4) {
    const page = pages.read(next);
    if (page === undefined) return;
    used(next);
    page.copy(payload, at, 4);
    next = page.readUInt32BE(0);
  }
}

function readRecord(payload: Buffer): Value[] | undefined {
  const [headerBytes, afterLength] = readVarint(payload, 0);
  const values: Value[] = [];
  let at = headerBytes;
  for (let header = afterLength; header < headerBytes; ) {
    const [type, next] = readVarint(payload, header);
    const bytes = bytesOf(type);
    if (at + bytes > payload.length) return undefined;
    values.push(readValue(payload, type, at, bytes));
    header = next;
    at += bytes;
  }
  return at === payload.length ? values : undefined;
}

const NUMBER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function bytesOf(type: number): number {
  return type < 12 ? (NUMBER_BYTES[type] ?? 0) : Math.floor((type - 12) / 2);
}

function readValue(payload: Buffer, type: number, at: number, bytes: number): Value {
  if (type === 0) return null;
  if (type === 7) return payload.readDoubleBE(at);
  if (type === 6) return Number(payload.readBigInt64BE(at));
  if (type < 7) return payload.readIntBE(at, bytes);
  if (type < 10) return type - 8;
  const content = payload.subarray(at, at + bytes);
  return type % 2 === 0 ? content : content.toString();
}

/** The number and where it ends. Numbers beyond 2^53 lose their last digits; the buffer has none. */
function readVarint(bytes: Buffer, start: number): [number, number] {
  let value = 0;
  for (let at = start; at < start + 8; at++) {
    const byte = bytes.readUInt8(at);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + 1];
  }
  return [value * 256 + bytes.readUInt8(start + 8), start + 9];
}
