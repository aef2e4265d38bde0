/**
 * What can be read of a damaged file, entered into a new one: batches under their old epoch and number, what they lack as
 * gaps, readings that were not sealed, what is remembered and what was refused.
 */
import { crc32 } from 'node:zlib';
import { codeOf } from '../../shared/errors.ts';
import { type BatchHeader, decodeBatch, LANES } from '../../shared/feed/batch.ts';
import { decodeColumns } from '../../shared/feed/columns.ts';
import type { GapReason } from '../../shared/feed/receipt.ts';
import type { Db } from './database.ts';
import { Epoch } from './epoch.ts';
import { insertFeed } from './feed.ts';
import { readAround } from './read-around.ts';
import type { RefusedRow } from './refused.ts';
import { batchKey, feedOfKey, maxRowReadings } from './schema.ts';
import { openSetAside } from './set-aside.ts';
import type { Store } from './store.ts';

/** Batches taken over in one transaction. */
const takenAtOnce = 64;

export interface Found {
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

/** Throws where the new file does not take it all. */
export function takeOver(file: string, store: Store): Found {
  const db = openSetAside(file);
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
