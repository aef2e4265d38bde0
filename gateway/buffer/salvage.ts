/**
 * What becomes of a damaged buffer file: it is set aside, and what can be read of it goes on in a new one.
 *
 * Batches keep their epoch, number and bytes, so that the city OS drops those that it has already; new readings belong to
 * a new epoch. Numbers of the old epoch that cannot be read any more are reported as gaps "damaged", with a count of 0
 * where nobody knows how many readings they held. What was open is sealed anew, and may come twice where the log is missing
 * that had it sealed.
 *
 * Bounds: `maxSetAside` damaged files are kept, the oldest go. The number of attempts to read around damaged pages is
 * bounded (read-around.ts).
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import Database from 'better-sqlite3';
import { codeOf, messageOf } from '../../shared/errors.ts';
import { type BatchHeader, decodeBatch, LANES } from '../../shared/feed/batch.ts';
import { decodeColumns } from '../../shared/feed/columns.ts';
import type { GapReason } from '../../shared/feed/receipt.ts';
import type { BufferOptions } from './buffer-options.ts';
import { type Db, emptyDatabase, isDamage } from './database.ts';
import { Epoch } from './epoch.ts';
import { insertFeed } from './feed.ts';
import { readAround } from './read-around.ts';
import type { RefusedRow } from './refused.ts';
import { batchKey, feedOfKey, maxRowReadings } from './schema.ts';
import { Store } from './store.ts';

const maxSetAside = 3;
/** Batches taken over in one transaction. */
const takenAtOnce = 64;
const headerBytes = 100;

/** Opens the file, or where it is damaged what can be salvaged of it. Throws what `openDatabase` throws. */
export function openOrSalvage(options: BufferOptions): Store {
  const { file, log } = options;
  let store: Store;
  try {
    store = Store.open(options);
  } catch (fault) {
    // SQLITE_ERROR: a schema that no release has written, since what is asked for is right by itself
    if (isDamage(fault) || codeOf(fault) === 'SQLITE_ERROR') return salvage(options, fault);
    throw fault;
  }
  if (store.log === 'torn') {
    log.warn('The log of the buffer file ends within a commit. A new epoch begins, in case more had been sent', {
      file,
    });
  } else if (store.log !== 'whole') {
    log.error(`The log of the buffer file is ${store.log}. What was only there is lost; a new epoch begins`, { file });
  }
  if (store.openSet.damagedRows > 0) {
    log.error('The disk has damaged readings that were not sealed yet; they are lost', {
      file,
      rows: store.openSet.damagedRows,
    });
  }
  return store;
}

/** Sets the file aside and begins a new one with what can be read of it. */
export function salvage(options: BufferOptions, fault: unknown): Store {
  const { file, log } = options;
  const setAside = quarantine(file);
  const store = Store.open(options);
  let found: Found = { batches: 0, readings: 0, lost: 0 };
  try {
    found = takeOver(setAside, store);
  } catch (why) {
    log.error('Not all of the damaged buffer file could be taken over', { setAside, fault: messageOf(why) });
  }
  log.error('The buffer file was damaged. It was set aside, and a new one begun with what could be read of it', {
    file,
    setAside,
    fault: messageOf(fault),
    ...found,
  });
  return store;
}

interface Found {
  readonly batches: number;
  /** That were not sealed yet. */
  readonly readings: number;
  /** Batches that are known to have waited and cannot be read. */
  readonly lost: number;
}

interface OldFeed {
  readonly at: number;
  readonly destination: string;
  readonly epoch: string;
  readonly next: number;
  readonly routine: number;
  readonly urgent: number;
}

function takeOver(setAside: string, store: Store): Found {
  const db = openSetAside(setAside);
  if (db === undefined) return { batches: 0, readings: 0, lost: 0 };
  try {
    const feeds = new Map([...rows<OldFeed>(db, 'feed', '*, id', 'id')].map((feed) => [feed.at, feed]));
    const old = new OldEpochs(store, feeds);
    const batches = old.takeBatches(db);
    const lost = old.reportGaps(db);
    const readings = takeReadings(db, store);
    takeTheRest(db, store);
    return { batches, readings, lost };
  } finally {
    db.close();
  }
}

/** The epochs of the damaged file, as they are entered into the new one. */
class OldEpochs {
  readonly #store: Store;
  readonly #feeds: ReadonlyMap<number, OldFeed>;
  readonly #epochs = new Map<string, { readonly epoch: Epoch; readonly numbers: Set<number> }>();

  constructor(store: Store, feeds: ReadonlyMap<number, OldFeed>) {
    this.#store = store;
    this.#feeds = feeds;
  }

  /** Returns how many. */
  takeBatches(db: Db): number {
    let taken = 0;
    let some: OldBatch[] = [];
    const take = () => {
      if (some.length === 0) return;
      this.#store.transact(() => some.map((batch) => this.#take(batch)));
      this.#store.enforceBounds();
      taken += some.length;
      some = [];
    };
    for (const batch of this.#batches(db)) {
      some.push(batch);
      if (some.length === takenAtOnce) take();
    }
    take();
    return taken;
  }

  *#batches(db: Db): Generator<OldBatch> {
    // Where the numbers of a lane are known to end, damaged pages can be read around.
    const ranges = [...this.#feeds].flatMap(([id, { next }]) =>
      LANES.map((_, lane) => [batchKey(id, lane, 1), batchKey(id, lane, next)] as const),
    );
    type Row = { at: number; crc: number; bytes: Uint8Array };
    const all = ranges.length === 0 ? ([[0, Number.MAX_SAFE_INTEGER]] as const) : ranges;
    for (const { at, crc, bytes } of rows<Row>(db, 'batch', 'crc, bytes', 'key', all)) {
      const header = crc32(bytes) === crc ? headerOf(bytes) : undefined;
      const destination = this.#feeds.get(feedOfKey(at))?.destination ?? this.#onlyDestination();
      if (header !== undefined && destination !== undefined && this.#store.feeds.has(destination)) {
        yield { header, destination, bytes };
      }
    }
  }

  /** Where the table of feeds cannot be read. */
  #onlyDestination(): string | undefined {
    const names = [...this.#store.feeds.keys()];
    return names.length === 1 ? names[0] : undefined;
  }

  #take({ header, destination, bytes }: OldBatch) {
    const { epoch, numbers } = this.#epoch(destination, header.epoch);
    const { number, lane, count } = header;
    numbers.add(number);
    return epoch.takeUp({ number, lane, count, bytes, sealed: this.#store.nextSealed() });
  }

  #epoch(destination: string, name: string) {
    const known = this.#epochs.get(`${destination} ${name}`);
    if (known !== undefined) return known;
    const row = insertFeed(this.#store.db, destination, name, false);
    const epoch = new Epoch(this.#store.gateway, row, this.#store.epochSql);
    this.#store.feed(destination).addEarlier(epoch);
    const entered = { epoch, numbers: new Set<number>() };
    this.#epochs.set(`${destination} ${name}`, entered);
    return entered;
  }

  /** Gaps that waited, and what cannot be read any more. Returns how many batches that is, as far as is known. */
  reportGaps(db: Db): number {
    type Gap = { at: number; feed: number; first: number; last: number; count: number; reason: GapReason };
    const waiting = [...rows<Gap>(db, 'gap', 'feed, first, last, count, reason', 'id')];
    let lost = 0;
    this.#store.transact(() => {
      for (const [id, { destination, epoch: name, routine, urgent }] of this.#feeds) {
        const own = waiting.filter(({ feed }) => feed === id);
        if (!this.#store.feeds.has(destination) || routine + urgent + own.length === 0) continue;
        const { numbers } = this.#epoch(destination, name);
        lost += Math.max(0, routine + urgent - numbers.size);
      }
      return [...this.#epochs].flatMap(([key, { epoch, numbers }]) => {
        const [id, feed] = [...this.#feeds].find(([, row]) => `${row.destination} ${row.epoch}` === key) ?? [];
        const own = waiting.filter((gap) => gap.feed === id);
        const isWhole = feed !== undefined && numbers.size >= feed.routine + feed.urgent;
        const end = feed?.next ?? Math.max(0, ...numbers) + 1;
        const missing = isWhole
          ? []
          : holes(numbers, end).map((hole) => ({ ...hole, count: 0, reason: 'damaged' }) as const);
        return [...own, ...missing].map((gap) => epoch.addGap(gap));
      });
    });
    return lost;
  }
}

interface OldBatch {
  readonly header: BatchHeader;
  readonly destination: string;
  readonly bytes: Uint8Array;
}

function headerOf(bytes: Uint8Array): BatchHeader | undefined {
  try {
    return decodeBatch(bytes).header;
  } catch {
    return undefined;
  }
}

/** What of 1 to `end` - 1 is not among the numbers. */
function holes(numbers: ReadonlySet<number>, end: number): { readonly first: number; readonly last: number }[] {
  const found: { first: number; last: number }[] = [];
  let next = 1;
  for (const number of [...numbers].sort((a, b) => a - b).concat(end)) {
    if (number > next) found.push({ first: next, last: number - 1 });
    next = number + 1;
  }
  return found;
}

/** Open and held readings. Returns how many. */
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

/** What is remembered of devices, and what was refused. */
function takeTheRest(db: Db, store: Store): void {
  type Refusal = RefusedRow & { readonly at: number };
  type Memory = { device: string; value: string };
  const refused = [...rows<Refusal>(db, 'refused', 'id, destination, number, reason, reading', 'id')];
  const remembered: Memory[] = [];
  try {
    for (const row of db.prepare('SELECT device, value FROM memory').iterate()) remembered.push(row as Memory); // its columns
  } catch (fault) {
    if (!codeOf(fault).startsWith('SQLITE_')) throw fault; // what came before it is what can be read
  }
  store.transact(() => {
    store.refused.takeUp(refused);
    return remembered.map(({ device, value }) => store.remember(device, value));
  });
}

/** The rows of a table that can be read, by ranges of their key, which is `at`. */
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

/** Puts the file and its log aside, under a new name; returns it. */
function quarantine(file: string): string {
  const prefix = `${basename(file)}.damaged-`;
  const numbers = readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .filter(Number.isInteger)
    .sort((a, b) => a - b);
  const nameOf = (n: number) => join(dirname(file), `${prefix}${n}`);
  for (const n of numbers.slice(0, Math.max(0, numbers.length + 1 - maxSetAside))) {
    for (const suffix of ['', '-wal']) rmSync(`${nameOf(n)}${suffix}`, { force: true });
  }
  const setAside = nameOf((numbers.at(-1) ?? 0) + 1);
  renameSync(file, setAside);
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${setAside}-wal`);
  return setAside;
}

/** Opens the damaged file, if need be with the schema of a new one: undefined where that does not help either. */
function openSetAside(setAside: string): Db | undefined {
  for (const mend of [() => true, () => lendSchema(setAside)]) {
    if (!mend()) break;
    const db = new Database(setAside);
    try {
      db.pragma('locking_mode = EXCLUSIVE');
      db.prepare('SELECT is_open FROM condition').get();
      return db;
    } catch (fault) {
      db.close();
      if (!codeOf(fault).startsWith('SQLITE_')) throw fault;
    }
  }
  return undefined;
}

/**
 * Gives the damaged file the header and schema of an empty one, which this release makes the same way each time, with the
 * number of pages that it has. False where their pages differ in size. Offsets: SQLite's "Database File Format", 1.3.
 */
function lendSchema(setAside: string): boolean {
  const empty = emptyDatabase();
  const pageBytes = empty.image.readUInt16BE(16);
  const file = openSync(setAside, 'r+');
  try {
    const own = Buffer.alloc(headerBytes);
    readSync(file, own, 0, headerBytes, 0);
    const isOtherSize = own.toString('latin1', 0, 15) === 'SQLite format 3' && own.readUInt16BE(16) !== pageBytes;
    if (isOtherSize) return false;
    empty.image.fill(2, 18, 20); // it has a write-ahead log
    empty.image.writeUInt32BE(Math.floor(fstatSync(file).size / pageBytes), 28);
    empty.image.writeUInt32BE(empty.image.readUInt32BE(24), 92); // the number of pages is valid for this change counter
    for (let at = 0; at < empty.image.length; at += pageBytes) {
      if (!empty.roots.has(at / pageBytes + 1)) writeSync(file, empty.image, at, pageBytes, at);
    }
    return true;
  } finally {
    closeSync(file);
  }
}
