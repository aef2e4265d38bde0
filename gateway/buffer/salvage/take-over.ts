/**
 * Enters whatever can be read of a damaged file into a new one: batches under their old epoch and number, missing ones as
 * gaps, readings that were not sealed, device memory and refused readings.
 */
import { crc32 } from 'node:zlib';
import { codeOf } from '../../../shared/errors.ts';
import { type BatchHeader, decodeBatch, LANES } from '../../../shared/feed/batch.ts';
import { decodeColumns } from '../../../shared/feed/columns.ts';
import type { GapReason } from '../../../shared/feed/receipt.ts';
import { isFull } from '../database.ts';
import { Epoch } from '../epoch.ts';
import { insertEpoch } from '../open-outboxes.ts';
import type { Apply } from '../outgoing.ts';
import type { RefusedRow } from '../refused.ts';
import { batchKey, type Db, epochOfKey, maxRowReadings } from '../schema.ts';
import type { Store } from '../store.ts';
import { openSetAside } from './damaged-files.ts';
import { readAround } from './damaged-pages.ts';

/** Bytes of batches per transaction, give or take a batch: a short disk leaves little room. */
const takenAtOnce = 64 * 1024;

export interface Found {
  readonly batches: number;
  /** Not sealed yet. */
  readonly readings: number;
  /** Batches known to have waited that cannot be read. */
  readonly lost: number;
}

interface OldEpoch {
  readonly at: number;
  readonly destination: string;
  readonly epoch: string;
  readonly next: number;
  readonly routine: number;
  readonly urgent: number;
}

/**
 * Anything that does not fit is reported to `failed`, and batches that do not fit as gaps. Throws SQLite's other errors: the
 * disk fails and it must be tried again.
 */
export function takeOver(file: string, store: Store, failed: (why: unknown) => void): Found {
  const db = openSetAside(file);
  if (db === undefined) return { batches: 0, readings: 0, lost: 0 };
  const attempt = (take: () => number) => {
    try {
      return take();
    } catch (why) {
      if (!isFull(why)) throw why;
      failed(why);
      return 0;
    }
  };
  try {
    const epochs = new Map([...rows<OldEpoch>(db, 'feed', '*, id', 'id')].map((epoch) => [epoch.at, epoch]));
    const old = new OldEpochs(store, epochs);
    attempt(() => old.takeBatches(db));
    const lost = attempt(() => old.reportGaps(db));
    const readings = attempt(() => takeReadings(db, store));
    attempt(() => takeTheRest(db, store));
    return { batches: old.taken, readings, lost };
  } finally {
    db.close();
  }
}

/** The epochs of the damaged file, entered into the new one. */
class OldEpochs {
  readonly #store: Store;
  readonly #old: ReadonlyMap<number, OldEpoch>;
  readonly #entered = new Map<string, Entered>();

  constructor(store: Store, old: ReadonlyMap<number, OldEpoch>) {
    this.#store = store;
    this.#old = old;
  }

  /** Batches taken over so far. */
  get taken(): number {
    return [...this.#entered.values()].reduce((sum, { numbers }) => sum + numbers.size, 0);
  }

  takeBatches(db: Db): number {
    let some: OldBatch[] = [];
    let bytes = 0;
    const take = () => {
      if (some.length === 0) return;
      for (const { destination, header } of some) this.#enter(destination, header.epoch);
      this.#store.transact(() => some.map((batch) => this.#take(batch)));
      this.#store.enforceBounds();
      some = [];
      bytes = 0;
    };
    for (const batch of this.#batches(db)) {
      some.push(batch);
      bytes += batch.bytes.length;
      if (bytes >= takenAtOnce) take();
    }
    take();
    return this.taken;
  }

  *#batches(db: Db): Generator<OldBatch> {
    // Knowing where a lane's numbers end makes it possible to read around damaged pages.
    const ranges = [...this.#old].flatMap(([id, { next }]) =>
      LANES.map((_, lane) => [batchKey(id, lane, 1), batchKey(id, lane, next)] as const),
    );
    type Row = { at: number; sealed: number; crc: number; bytes: Uint8Array };
    const all = ranges.length === 0 ? ([[0, Number.MAX_SAFE_INTEGER]] as const) : ranges;
    for (const { at, sealed, crc, bytes } of rows<Row>(db, 'batch', 'sealed, crc, bytes', 'key', all)) {
      const header = crc32(bytes) === crc ? headerOf(bytes) : undefined;
      const destination = this.#old.get(epochOfKey(at))?.destination ?? this.#onlyDestination();
      if (header !== undefined && destination !== undefined) yield { header, destination, bytes, sealed };
    }
  }

  /** The batches' destination if the table of epochs cannot be read. */
  #onlyDestination(): string | undefined {
    const names = [...this.#store.outboxes.keys()];
    return names.length === 1 ? names[0] : undefined;
  }

  #take({ header, destination, bytes, sealed }: OldBatch): Apply {
    const { epoch, numbers } = this.#enter(destination, header.epoch);
    const { number, lane, count } = header;
    const sealing = epoch.takeUp({ number, lane, count, bytes, sealed });
    return () => {
      numbers.add(number);
      sealing();
    };
  }

  /** Destinations that are not configured count too: they may be again. A new epoch gets its own transaction. */
  #enter(destination: string, name: string): Entered {
    const known = this.#entered.get(`${destination} ${name}`);
    if (known !== undefined) return known;
    const row = insertEpoch(this.#store.db, destination, name, false);
    const entered = { epoch: new Epoch(this.#store.gateway, row, this.#store.epochSql), numbers: new Set<number>() };
    this.#store.outboxes.get(destination)?.addEarlier(entered.epoch);
    this.#entered.set(`${destination} ${name}`, entered);
    return entered;
  }

  /** Takes over waiting gaps and adds those for lost batches. Returns how many batches are known to be lost. */
  reportGaps(db: Db): number {
    type Gap = { at: number; of: number; first: number; last: number; count: number; reason: GapReason };
    const waiting = [...rows<Gap>(db, 'gap', 'feed AS of, first, last, count, reason', 'id')];
    let lost = 0;
    for (const [id, { destination, epoch: name, routine, urgent }] of this.#old) {
      const isWaiting = routine + urgent > 0 || waiting.some(({ of }) => of === id);
      if (isWaiting) lost += Math.max(0, routine + urgent - this.#enter(destination, name).numbers.size);
    }
    this.#store.transact(() =>
      [...this.#entered].flatMap(([key, { epoch, numbers }]) => {
        const [id, row] =
          [...this.#old].find(([, { destination, epoch: name }]) => `${destination} ${name}` === key) ?? [];
        const own = waiting.filter((gap) => gap.of === id);
        const isWhole = row !== undefined && numbers.size >= row.routine + row.urgent;
        const end = row?.next ?? Math.max(0, ...numbers) + 1;
        const missing = isWhole ? [] : holes(numbers, own, end);
        return [...own, ...missing.map((hole) => ({ ...hole, count: 0, reason: 'damaged' }) as const)].map((gap) =>
          epoch.addGap(gap),
        );
      }),
    );
    return lost;
  }
}

interface Entered {
  readonly epoch: Epoch;
  /** Numbers taken over. */
  readonly numbers: Set<number>;
}

interface OldBatch {
  readonly header: BatchHeader;
  readonly destination: string;
  readonly bytes: Uint8Array;
  readonly sealed: number;
}

function headerOf(bytes: Uint8Array): BatchHeader | undefined {
  try {
    return decodeBatch(bytes).header;
  } catch {
    return undefined;
  }
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** The ranges within 1 to `end` - 1 that are neither among the numbers nor in a gap. */
function holes(numbers: ReadonlySet<number>, gaps: readonly Range[], end: number): Range[] {
  const known = [...[...numbers].map((number) => ({ first: number, last: number })), ...gaps];
  const found: Range[] = [];
  let next = 1;
  for (const { first, last } of [...known.sort((a, b) => a.first - b.first), { first: end, last: end }]) {
    if (first > next) found.push({ first: next, last: first - 1 });
    next = Math.max(next, last + 1);
  }
  return found;
}

/** Takes over open and held readings; returns how many. */
function takeReadings(db: Db, store: Store): number {
  type Open = { at: number; crc: number; body: Uint8Array };
  type Held = Open & { boot: string; takenAt: number; offsetMs: number };
  let taken = 0;
  const decode = ({ crc, body }: Open) => {
    const readings = crc32(body) === crc ? decodeColumns(body, maxRowReadings) : [];
    taken += readings.length;
    return readings;
  };
  for (const row of rows<Open>(db, 'open', 'crc, body', 'id')) {
    store.transact((numbers) => store.openSet.add(decode(row), numbers, false));
  }
  const columns = 'boot, taken_at AS takenAt, clock_offset AS offsetMs, crc, body';
  for (const row of rows<Held>(db, 'held', columns, 'id')) {
    const readings = decode(row);
    if (readings.length > 0) store.transact(() => [store.held.hold(readings, row)]);
  }
  return taken;
}

/** Takes over device memory and refused readings; returns how many. */
function takeTheRest(db: Db, store: Store): number {
  type Refusal = RefusedRow & { readonly at: number };
  type Memory = { device: string; value: string };
  const refused = [...rows<Refusal>(db, 'refused', 'id, destination, number, reason, reading', 'id')];
  const remembered: Memory[] = [];
  try {
    for (const row of db.prepare('SELECT device, value FROM memory').iterate()) remembered.push(row as Memory); // its columns
  } catch (fault) {
    if (!codeOf(fault).startsWith('SQLITE_')) throw fault; // keep what came before it
  }
  store.transact(() => {
    store.refused.takeUp(refused);
    for (const { device, value } of remembered) store.remember(device, value);
    return [];
  });
  return refused.length + remembered.length;
}

/** The readable rows of a table, within ranges of the key, which becomes `at`. */
function rows<Row extends { readonly at: number }>(
  db: Db,
  table: string,
  columns: string,
  key: string,
  ranges: readonly (readonly [low: number, high: number])[] = [[0, Number.MAX_SAFE_INTEGER]],
): Generator<Row> {
  const select = `SELECT ${key} AS at, ${columns} FROM ${table} WHERE ${key} BETWEEN ? AND ? ORDER BY ${key}`;
  return readAround<Row>(() => ({ up: db.prepare(select), down: db.prepare(`${select} DESC`) }), ranges);
}
