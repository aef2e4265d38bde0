/**
 * What the rows of a damaged file are, told by what their columns hold, and whether each is what was written.
 *
 * All but the batches are kept in memory: they have bounds (held.ts, refused.ts, the number of devices). Of the batches it is
 * noted which pages they begin in; `readBatches` reads them from there.
 */
import { crc32 } from 'node:zlib';
import { type BatchHeader, decodeBatch } from '../../../shared/feed/batch.ts';
import type { GapReason } from '../../../shared/feed/receipt.ts';
import type { HeldRow } from '../held.ts';
import { carried } from '../passing/carried.ts';
import type { PassedGap } from '../passing/passed-gaps.ts';
import type { SourceRow } from '../passing/taken-in.ts';
import type { RefusedRow } from '../refused.ts';
import { readRow } from '../row-body.ts';
import { rowCheck } from '../row-checks.ts';
import { type Cell, cellsOf, type Value } from './cells.ts';
import type { Pages } from './pages.ts';

/** An epoch's name, and what is known of its numbers. */
export interface OldEpoch {
  readonly id: number;
  readonly destination: string;
  readonly epoch: string;
  readonly gateway: string;
  /** Undefined if that page was damaged. How many gaps wait is known to a gateway that runs. */
  readonly counts: { readonly next: number; readonly waiting: number; readonly gaps?: number } | undefined;
}

export interface OldGap {
  readonly of: number;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly reason: GapReason;
}

export interface OldBatch {
  readonly key: number;
  readonly sealed: number;
  readonly count: number;
  /** Schema 1 had the destination here. */
  readonly destination?: string;
  /** Undefined if the bytes have changed. With a tenant it is another gateway's, which passes through. */
  readonly whole: { readonly header: BatchHeader; readonly bytes: Uint8Array; readonly tenant?: string } | undefined;
}

export interface Rows {
  /** By id. */
  readonly epochs: Map<number, OldEpoch>;
  readonly gaps: OldGap[];
  readonly open: Pick<HeldRow, 'id' | 'readings'>[];
  readonly held: HeldRow[];
  readonly refused: RefusedRow[];
  /** By device. */
  readonly memory: Map<string, string>;
  readonly sources: Omit<SourceRow, 'id'>[];
  readonly passedGaps: (PassedGap & { readonly of: number })[];
  readonly batchPages: number[];
  /** Pages that are neither part of the file's trees nor free, and rows that have changed. */
  damagedPages: number;
  damagedRows: number;
}

/** `isLater`: of a schema that came after this one; what is not known of it is no damage (schema.ts). */
export function readRows(pages: Pages, isLater: boolean): Rows {
  const rows: Rows = {
    epochs: new Map(),
    gaps: [],
    open: [],
    held: [],
    refused: [],
    memory: new Map(),
    sources: [],
    passedGaps: [],
    batchPages: [],
    damagedPages: 0,
    damagedRows: 0,
  };
  const free = pages.free();
  const explained = free.slice();
  for (let number = 1; number <= pages.last; number++) {
    if (free[number] === 1) continue;
    const found = cellsOf(pages, number, (page) => explained.fill(1, page, page + 1));
    if (found?.isWhole) explained[number] = 1;
    if (found?.cells.some(isBatch)) rows.batchPages.push(number);
    for (const cell of found?.cells ?? []) {
      if (isBatch(cell) || enter(isLater ? asToday(cell) : cell, rows) || isLater) continue;
      rows.damagedRows++;
    }
  }
  rows.damagedPages = explained.subarray(1).filter((is) => is === 0).length + (pages.isIncomplete ? 1 : 0);
  return { ...rows, open: inOrder(rows.open), held: inOrder(rows.held), refused: inOrder(rows.refused) };
}

/** A row may be there twice: SQLite moves rows between pages, and the later of two may be damaged. */
function inOrder<Row extends { readonly id: number }>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => a.id - b.id);
}

/** All batches of the file, in the order of its pages. */
export function* readBatches(pages: Pages, { batchPages }: Rows): Generator<OldBatch> {
  for (const number of batchPages) {
    const cells = cellsOf(pages, number, () => {})?.cells ?? [];
    for (const cell of cells.filter(isBatch)) yield batchOf(cell);
  }
}

/** What a row's columns hold: nothing (-), numbers (n), texts (t) or bytes (b). */
function shapeOf({ values }: Cell): string {
  return values
    .map((value) => (value === null ? '-' : typeof value === 'number' ? 'n' : typeof value === 'string' ? 't' : 'b'))
    .join('');
}

const BATCH = '-nnnb';
const BATCH_1 = '-tnnnb';

function isBatch(cell: Cell): boolean {
  const shape = shapeOf(cell);
  return shape.startsWith(BATCH) || shape.startsWith(BATCH_1);
}

/** Of rows with a check, by which they are known whatever a later schema has appended. */
const CHECKED = [
  '-ttnnnntn',
  '-tttn',
  '-nnnntn',
  '-nb',
  '-tnnnnb',
  '-tnttnt',
  '-tnttn-',
  '-tttnttn',
  '-ntttnnntn',
  'ttn',
].toSorted((one, other) => other.length - one.length);

/** A row of a later schema without the columns that have been appended. */
function asToday(cell: Cell): Cell {
  const shape = shapeOf(cell);
  const known = CHECKED.find((each) => shape.startsWith(each));
  return known === undefined ? cell : { ...cell, values: cell.values.slice(0, known.length) };
}

function batchOf(cell: Cell): OldBatch {
  if (shapeOf(cell).startsWith(BATCH_1)) {
    const [, destination, , , count, bytes] = cell.values as [null, string, number, number, number, Buffer]; // its shape
    return { key: 0, sealed: cell.rowid, count, destination, whole: read(bytes) };
  }
  const [, sealed, count, crc, bytes] = cell.values as [null, number, number, number, Buffer]; // its shape
  return { key: cell.rowid, sealed, count, whole: crc32(bytes) === crc ? read(bytes) : undefined };
}

function read(bytes: Buffer): OldBatch['whole'] {
  const passing = carried(bytes);
  const message = passing?.message ?? bytes;
  try {
    const { header } = decodeBatch(message);
    return { header, bytes: message, ...(passing && { tenant: passing.tenant }) };
  } catch {
    return undefined;
  }
}

/** Adds a row of any other table; false if it has changed. The casts are what the shapes say. */
function enter(cell: Cell, rows: Rows): boolean {
  const { values, rowid: id } = cell;
  switch (shapeOf(cell)) {
    case '-ttnnnntn': // feed; without gateway and check in schemas 2 and 3
    case '-ttnnnn': {
      const [, destination, epoch, , next, routine, urgent, gateway = ''] = values as Feed;
      if (values.length === 9 && !isChecked([id, ...values.slice(1)])) return false;
      rows.epochs.set(id, { id, destination, epoch, gateway, counts: { next, waiting: routine + urgent } });
      return true;
    }
    case '-tttn': {
      const [, destination, epoch, gateway] = values as [null, string, string, string];
      if (!isChecked([id, ...values.slice(1)])) return false;
      if (!rows.epochs.has(id)) rows.epochs.set(id, { id, destination, epoch, gateway, counts: undefined });
      return true;
    }
    case '-nnnntn': // gap; without check in schemas 2 and 3
    case '-nnnnt': {
      const [, of, first, last, count, reason] = values as [null, number, number, number, number, GapReason];
      if (values.length === 7 && !isChecked(values.slice(1))) return false;
      rows.gaps.push({ of, first, last, count, reason });
      return true;
    }
    case '-nb': {
      const [, crc, body] = values as [null, number, Buffer];
      const readings = readRow(body, crc);
      if (readings !== undefined) rows.open.push({ id, readings });
      return readings !== undefined;
    }
    case '-tnnnnb': {
      const [, boot, takenAt, offsetMs, count, crc, body] = values as Held;
      const readings = readRow(body, crc);
      if (readings !== undefined) rows.held.push({ id, boot, takenAt, offsetMs, count, readings });
      return readings !== undefined;
    }
    case '-tnttnt': // refused; without origin in schema 4, without check if it comes from an earlier release
    case '-tnttn-':
    case '-tnttn':
    case '-tntt': {
      const [, destination, number, reason, reading, crc, origin = null] = values as Refused;
      const checked = values.length === 7 ? [...values.slice(1, 5), origin, crc ?? null] : values.slice(1);
      if (crc !== undefined && !isChecked(checked)) return false;
      rows.refused.push({ id, destination, number, reason, reading, origin });
      return true;
    }
    case '-tttnttn': {
      const [, tenant, gateway, epoch, heardAt, arrived, lost] = values as Source;
      if (!isChecked(values.slice(1))) return false;
      rows.sources.push({ tenant, gateway, epoch, heardAt, arrived, lost });
      return true;
    }
    case '-ntttnnntn': {
      const [, of, tenant, gateway, epoch, first, last, count, reason] = values as Passed;
      if (!isChecked(values.slice(1))) return false;
      rows.passedGaps.push({ of, tenant, gateway, epoch, first, last, count, reason });
      return true;
    }
    case 'ttn': // memory; likewise
    case 'tt': {
      const [device, value] = values as [string, string];
      if (values.length === 3 && !isChecked(values)) return false;
      rows.memory.set(device, value);
      return true;
    }
    case 'nntn': // arrived: without a digest a repeat is one still
    case 'ntttn': // the index of passed_gap
    case 'n': // condition
    case 'tn': // sqlite_sequence
    case 'tttnt': // sqlite_schema
      return true;
    default:
      return false;
  }
}

type Feed = [null, string, string, number, number, number, number, string?];
type Refused = [null, string, number, string, string, (number | null)?, (string | null)?];
type Source = [null, string, string, string, number, string, string];
type Passed = [null, number, string, string, string, number, number, number, GapReason];
type Held = [null, string, number, number, number, number, Buffer];

function isChecked(values: readonly Value[]): boolean {
  return rowCheck(values.slice(0, -1)) === values.at(-1);
}
