/**
 * What the city OS has stored, in SQLite.
 *
 * Promise: a batch and its readings are committed together or not at all, and only once: (gateway, epoch, number) is unique,
 * so a repeat changes nothing, and another batch under the number is a conflict. With `durable` a commit survives a power cut (WAL, `synchronous=FULL`). There is no bound:
 * everything is kept as long as the file. If SQLite fails (disk full), it throws and nothing of the batch is stored.
 */
import Database from 'better-sqlite3';
import type { BatchId } from '../../shared/feed/batch.ts';
import { newIndexes, type Piece, wholeOf } from '../../shared/feed/parts.ts';
import type { Gap } from '../../shared/feed/receipt.ts';
import type { ReceivedBatch, Stored } from '../../shared/feed/receive.ts';
import type { Quality, Reading, ReadingKind } from '../../shared/reading.ts';

/** The origin of a message, and when it arrived (epoch ms). */
export interface Arrival {
  readonly tenant: string;
  readonly receivedAt: number;
}

export interface StoredBatch extends BatchId {
  readonly tenant: string;
  /** Its stored readings: all but the refused ones. */
  readonly readings: number;
}

export interface StoredReading extends BatchId, Arrival {
  /** Position among the batch's stored readings, from 0. */
  readonly position: number;
  readonly reading: Reading;
}

export interface ReadingFilter {
  readonly device?: string | null;
  readonly kind?: ReadingKind | null;
  /** Only those after the first so many that were stored. */
  readonly after?: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    epoch TEXT NOT NULL,
    number INTEGER NOT NULL,
    lane TEXT NOT NULL,
    readings INTEGER NOT NULL,
    received_at INTEGER NOT NULL,   -- epoch ms
    digest TEXT,                    -- of the message; NULL in files of earlier versions
    UNIQUE (gateway, epoch, number)
  );
  CREATE TABLE IF NOT EXISTS part (  -- of batches that came, or may come, whole too: what came in other batches
    gateway TEXT NOT NULL,
    epoch TEXT NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (gateway, epoch, number, digest, first, count)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS gap (
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    epoch TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    readings INTEGER NOT NULL,      -- lost with it
    reason TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (gateway, epoch, first)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS reading (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,         -- batch.id; checking it would cost a search a row
    position INTEGER NOT NULL,
    device TEXT NOT NULL,
    kind TEXT NOT NULL,
    observed_at INTEGER NOT NULL,   -- epoch ms
    "values" TEXT NOT NULL,         -- JSON
    quality TEXT
  );
  CREATE VIEW IF NOT EXISTS stored_reading AS
    SELECT reading.id, tenant, gateway, epoch, number, position, device, kind, observed_at, "values", quality, received_at
    FROM reading JOIN batch ON batch.id = reading.batch;
`;

/** Readings per INSERT statement. */
const ROWS = 40;
const COLUMNS = 7;
/** Devices whose latest reading is remembered; `latest` knows nothing about further ones. */
const maxDevices = 100_000;
/** Readings that `readings` fetches at a time, so that the file can be written to in between. */
const PAGE = 1_000;

interface ReadingRow {
  readonly id: number;
  readonly tenant: string;
  readonly gateway: string;
  readonly epoch: string;
  readonly number: number;
  readonly position: number;
  readonly device: string;
  readonly kind: string;
  readonly observed_at: number;
  readonly values: string;
  readonly quality: Quality | null;
  readonly received_at: number;
}

/** Opens or creates the file (":memory:" for none). `durable: false` leaves fsyncs to the system. */
export function openCityOsStore(file: string, durable = true): CityOsStore {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
  db.exec(SCHEMA);
  const columns = db.prepare("SELECT name FROM pragma_table_info('batch')").pluck().all();
  if (!columns.includes('digest')) db.exec('ALTER TABLE batch ADD COLUMN digest TEXT');
  return new CityOsStore(db);
}

export class CityOsStore {
  readonly #db: Database.Database;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #storeBatch: (batch: ReceivedBatch, readings: readonly Reading[], arrival: Arrival) => Stored;
  readonly #latest = new Map<string, Reading>();

  constructor(db: Database.Database) {
    this.#db = db;
    this.#sql = prepare(db);
    this.#storeBatch = db.transaction((batch, readings, arrival) => this.#insertBatch(batch, readings, arrival));
    for (const row of this.#sql.latest.iterate()) this.#remember(readingOf(row as ReadingRow)); // one row per device
  }

  /** Which of a batch's readings have not come with another piece of the same batch. */
  newReadings(batch: ReceivedBatch, readings: readonly Reading[], indexes: readonly number[]): readonly Reading[] {
    const { epoch, number, digest, first } = wholeOf(batch);
    const pieces = this.#sql.parts.all(batch.gateway, epoch, number, digest) as Piece[]; // the columns of the statement
    if (batch.partOf === undefined && pieces.length === 0) return readings;
    const isThere = batch.partOf !== undefined && this.#sql.hasBatch.get(batch.gateway, epoch, number, digest) === 1;
    if (isThere) return [];
    const fresh = new Set(newIndexes(first, indexes, pieces));
    return fresh.size === readings.length ? readings : readings.filter((_, i) => fresh.has(indexes[i] ?? i));
  }

  /** Commits the batch; if its number is known, nothing is changed. Throws whatever SQLite throws. */
  storeBatch(batch: ReceivedBatch, readings: readonly Reading[], arrival: Arrival): Stored {
    const outcome = this.#storeBatch(batch, readings, arrival);
    if (outcome === 'stored') for (const reading of readings) this.#remember(reading);
    return outcome;
  }

  /** Commits the gap; of one that comes again the highest last and the highest count hold. */
  storeGap({ gateway, epoch, number, last, count, reason }: Gap, { tenant, receivedAt }: Arrival): void {
    this.#sql.insertGap.run(tenant, gateway, epoch, number, last, count, reason, receivedAt);
  }

  /** Every batch in order of arrival. Iterate without pausing: nothing can be stored meanwhile. */
  batches(): IterableIterator<StoredBatch> {
    return this.#sql.batches.iterate() as IterableIterator<StoredBatch>; // the columns of the statement
  }

  gaps(): (Gap & { readonly tenant: string })[] {
    return this.#sql.gaps.all() as (Gap & { tenant: string })[]; // the columns of the statement
  }

  countByKind(): Partial<Record<ReadingKind, number>> {
    const rows = this.#sql.countByKind.all() as { kind: ReadingKind; n: number }[];
    return Object.fromEntries(rows.map(({ kind, n }) => [kind, n]));
  }

  /** Of one gateway, or of all. */
  countByDevice(gateway?: string): Map<string, Map<ReadingKind, number>> {
    const counts = new Map<string, Map<ReadingKind, number>>();
    for (const { device, kind, n } of this.#sql.countByDevice.all({ gateway: gateway ?? null }) as {
      device: string;
      kind: ReadingKind;
      n: number;
    }[]) {
      counts.set(device, (counts.get(device) ?? new Map()).set(kind, n));
    }
    return counts;
  }

  /** The readings in the order they were stored, including those stored during the iteration. */
  *readings({ device = null, kind = null, after: stored = 0 }: ReadingFilter = {}): Generator<StoredReading> {
    for (let after = stored; ; ) {
      const rows = this.#sql.readings.all({ after, device, kind }) as ReadingRow[];
      for (const row of rows) yield storedReading(row);
      if (rows.length < PAGE) return;
      after = rows.at(-1)?.id ?? after;
    }
  }

  /** The device's reading with the newest `observedAt`, in whatever order they came. */
  latest(device: string): Reading | undefined {
    return this.#latest.get(device);
  }

  /** Readings stored under a (gateway, epoch, number, position) that another one has. */
  duplicates(): number {
    return (this.#sql.duplicates.get() as { n: number }).n;
  }

  /** Readings that equal an earlier one in device, kind, time and values, whatever their batches. */
  sameReadings(): number {
    const seen = new Set<string>();
    let same = 0;
    for (const row of this.#sql.coinciding.iterate() as IterableIterator<ReadingRow>) {
      const values = Object.entries(JSON.parse(row.values)).sort(([a], [b]) => (a < b ? -1 : 1));
      const reading = JSON.stringify([row.device, row.kind, row.observed_at, values]);
      if (seen.has(reading)) same++;
      seen.add(reading);
    }
    return same;
  }

  close(): void {
    this.#db.close();
  }

  #insertBatch(
    { gateway, epoch, number, lane, digest, count, partOf }: ReceivedBatch,
    readings: readonly Reading[],
    { tenant, receivedAt }: Arrival,
  ): Stored {
    const row = [tenant, gateway, epoch, number, lane, readings.length, receivedAt, digest];
    const inserted = this.#sql.insertBatch.run(row);
    if (inserted.changes === 0) {
      const known = this.#sql.digest.get(gateway, epoch, number) as string | null; // its column
      return known === null || known === digest ? 'repeated' : 'conflict';
    }
    if (partOf !== undefined) {
      this.#sql.insertPart.run(gateway, partOf.epoch, partOf.number, partOf.digest, partOf.first, count);
    }
    const batch = Number(inserted.lastInsertRowid);
    let cells: unknown[] = [];
    for (const [position, { device, kind, observedAt, values, quality }] of readings.entries()) {
      cells.push(batch, position, device, kind, observedAt, JSON.stringify(values), quality ?? null);
      if (cells.length === ROWS * COLUMNS) {
        this.#sql.insertReadings.run(cells);
        cells = [];
      }
    }
    for (let from = 0; from < cells.length; from += COLUMNS) {
      this.#sql.insertReading.run(cells.slice(from, from + COLUMNS));
    }
    return 'stored';
  }

  #remember(reading: Reading): void {
    const known = this.#latest.get(reading.device);
    if (known === undefined ? this.#latest.size < maxDevices : known.observedAt <= reading.observedAt) {
      this.#latest.set(reading.device, reading);
    }
  }
}

function storedReading(row: ReadingRow): StoredReading {
  const { tenant, gateway, epoch, number, position, received_at: receivedAt } = row;
  return { tenant, gateway, epoch, number, position, receivedAt, reading: readingOf(row) };
}

function readingOf({ device, kind, observed_at: observedAt, values, quality }: ReadingRow): Reading {
  const reading = { device, kind, observedAt, values: JSON.parse(values), ...(quality !== null && { quality }) };
  return reading as Reading; // only readings were stored
}

function prepare(db: Database.Database) {
  const columns = 'INSERT INTO reading (batch, position, device, kind, observed_at, "values", quality) VALUES';
  const row = '(?, ?, ?, ?, ?, ?, ?)';
  return {
    insertBatch: db.prepare(
      `INSERT INTO batch (tenant, gateway, epoch, number, lane, readings, received_at, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (gateway, epoch, number) DO NOTHING`,
    ),
    digest: db.prepare('SELECT digest FROM batch WHERE gateway = ? AND epoch = ? AND number = ?').pluck(),
    hasBatch: db
      .prepare('SELECT 1 FROM batch WHERE gateway = ? AND epoch = ? AND number = ? AND (digest IS NULL OR digest = ?)')
      .pluck(),
    parts: db.prepare('SELECT first, count FROM part WHERE gateway = ? AND epoch = ? AND number = ? AND digest = ?'),
    insertPart: db.prepare('INSERT OR IGNORE INTO part VALUES (?, ?, ?, ?, ?, ?)'),
    insertReading: db.prepare(`${columns} ${row}`),
    insertReadings: db.prepare(`${columns} ${Array(ROWS).fill(row).join(', ')}`),
    insertGap: db.prepare(
      `INSERT INTO gap (tenant, gateway, epoch, first, last, readings, reason, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET last = MAX(last, excluded.last), readings = MAX(readings, excluded.readings)`,
    ),
    batches: db.prepare('SELECT tenant, gateway, epoch, number, readings FROM batch ORDER BY id'),
    gaps: db.prepare(
      'SELECT tenant, gateway, epoch, first AS number, last, readings AS count, reason FROM gap ORDER BY received_at',
    ),
    countByKind: db.prepare('SELECT kind, COUNT(*) AS n FROM reading GROUP BY kind'),
    countByDevice: db.prepare(
      `SELECT device, kind, COUNT(*) AS n FROM reading
       WHERE :gateway IS NULL OR batch IN (SELECT id FROM batch WHERE gateway = :gateway) GROUP BY device, kind`,
    ),
    readings: db.prepare(
      `SELECT * FROM stored_reading WHERE id > :after AND (:device IS NULL OR device = :device)
       AND (:kind IS NULL OR kind = :kind) ORDER BY id LIMIT ${PAGE}`,
    ),
    latest: db.prepare('SELECT *, MAX(observed_at) FROM reading GROUP BY device'),
    duplicates: db.prepare(
      'SELECT COALESCE(SUM(n - 1), 0) AS n FROM (SELECT COUNT(*) AS n FROM reading GROUP BY batch, position)',
    ),
    coinciding: db.prepare(
      `SELECT device, kind, observed_at, "values" FROM reading WHERE (device, kind, observed_at) IN
         (SELECT device, kind, observed_at FROM reading GROUP BY device, kind, observed_at HAVING COUNT(*) > 1)`,
    ),
  };
}
