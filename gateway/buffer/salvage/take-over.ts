/**
 * What can be read of a damaged file, entered into a new one: batches under their old epoch and number, what they lack as
 * gaps, readings that were not sealed, what is remembered and what was refused.
 */
import { crc32 } from 'node:zlib';
import { codeOf } from '../../../shared/errors.ts';
import { type BatchHeader, decodeBatch, LANES } from '../../../shared/feed/batch.ts';
import { decodeColumns } from '../../../shared/feed/columns.ts';
import type { GapReason } from '../../../shared/feed/receipt.ts';
import { isFull } from '../database.ts';
import { Epoch } from '../epoch.ts';
import { insertFeed } from '../outbox.ts';
import type { Apply } from '../outgoing.ts';
import type { RefusedRow } from '../refused.ts';
import { batchKey, type Db, feedOfKey, maxRowReadings } from '../schema.ts';
import type { Store } from '../store.ts';
import { openSetAside } from './damaged-files.ts';
import { readAround } from './damaged-pages.ts';

/** Bytes of batches taken over in one transaction, give or take a batch: a short disk leaves little room. */
const takenAtOnce = 64 * 1024;

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

/**
 * What the new file does not take for want of room is told to `failed`; batches among it are reported as gaps. Throws what
 * else SQLite throws: the disk fails, and it has to be tried again.
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
    const feeds = new Map([...rows<OldFeed>(db, 'feed', '*, id', 'id')].map((feed) => [feed.at, feed]));
    const old = new OldEpochs(store, feeds);
    attempt(() => old.takeBatches(db));
    const lost = attempt(() => old.reportGaps(db));
    const readings = attempt(() => takeReadings(db, store));
    attempt(() => takeTheRest(db, store));
    return { batches: old.taken, readings, lost };
  } finally {
    db.close();
  }
}

/** The epochs of the damaged file, as they are entered into the new one. */
class OldEpochs {
  readonly #store: Store;
  readonly #feeds: ReadonlyMap<number, OldFeed>;
  readonly #epochs = new Map<string, Entered>();

  constructor(store: Store, feeds: ReadonlyMap<number, OldFeed>) {
    this.#store = store;
    this.#feeds = feeds;
  }

  /** Batches taken over so far. */
  get taken(): number {
    return [...this.#epochs.values()].reduce((sum, { numbers }) => sum + numbers.size, 0);
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
    // Where the numbers of a lane are known to end, damaged pages can be read around.
    const ranges = [...this.#feeds].flatMap(([id, { next }]) =>
      LANES.map((_, lane) => [batchKey(id, lane, 1), batchKey(id, lane, next)] as const),
    );
    type Row = { at: number; sealed: number; crc: number; bytes: Uint8Array };
    const all = ranges.length === 0 ? ([[0, Number.MAX_SAFE_INTEGER]] as const) : ranges;
    for (const { at, sealed, crc, bytes } of rows<Row>(db, 'batch', 'sealed, crc, bytes', 'key', all)) {
      const header = crc32(bytes) === crc ? headerOf(bytes) : undefined;
      const destination = this.#feeds.get(feedOfKey(at))?.destination ?? this.#onlyDestination();
      if (header !== undefined && destination !== undefined) yield { header, destination, bytes, sealed };
    }
  }

  /** Where the table of feeds cannot be read. */
  #onlyDestination(): string | undefined {
    const names = [...this.#store.feeds.keys()];
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

  /** Also of destinations that are not configured now: they may be again. In a transaction of its own where it is new. */
  #enter(destination: string, name: string): Entered {
    const known = this.#epochs.get(`${destination} ${name}`);
    if (known !== undefined) return known;
    const row = insertFeed(this.#store.db, destination, name, false);
    const entered = { epoch: new Epoch(this.#store.gateway, row, this.#store.epochSql), numbers: new Set<number>() };
    this.#store.feeds.get(destination)?.addEarlier(entered.epoch);
    this.#epochs.set(`${destination} ${name}`, entered);
    return entered;
  }

  /** Gaps that waited, and what cannot be read any more. Returns how many batches that is, as far as is known. */
  reportGaps(db: Db): number {
    type Gap = { at: number; feed: number; first: number; last: number; count: number; reason: GapReason };
    const waiting = [...rows<Gap>(db, 'gap', 'feed, first, last, count, reason', 'id')];
    let lost = 0;
    for (const [id, { destination, epoch: name, routine, urgent }] of this.#feeds) {
      const isWaiting = routine + urgent > 0 || waiting.some(({ feed }) => feed === id);
      if (isWaiting) lost += Math.max(0, routine + urgent - this.#enter(destination, name).numbers.size);
    }
    this.#store.transact(() =>
      [...this.#epochs].flatMap(([key, { epoch, numbers }]) => {
        const [id, feed] = [...this.#feeds].find(([, row]) => `${row.destination} ${row.epoch}` === key) ?? [];
        const own = waiting.filter((gap) => gap.feed === id);
        const isWhole = feed !== undefined && numbers.size >= feed.routine + feed.urgent;
        const end = feed?.next ?? Math.max(0, ...numbers) + 1;
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
  /** Taken over. */
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

/** What of 1 to `end` - 1 is neither among the numbers nor in a gap. */
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

/** What is remembered of devices, and what was refused. Returns how many. */
function takeTheRest(db: Db, store: Store): number {
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
  return refused.length + remembered.length;
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
