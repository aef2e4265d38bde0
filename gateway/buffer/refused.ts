/**
 * Readings that the city OS refused, each with the reason, kept for the technician to send again or drop.
 *
 * Bound: the newest `maxRefused` of all destinations together, and `maxPart` of the file. Room is made before they are
 * written. When the buffer is full they go before anything that waits, since the city OS has seen them, and if not even that
 * makes room for a receipt, the readings it refuses are not kept. All writes happen inside the caller's transaction
 * (store.ts).
 */
import { decodeBatch, decodeBody } from '../../shared/feed/batch.ts';
import { type Receipt, refusalsOf } from '../../shared/feed/receipt.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { type Reading, readingFromJson, readingToJson } from '../../shared/reading.ts';
import { decompress } from './compress.ts';
import { fileBound } from './database.ts';
import type { OutgoingBatch } from './outgoing.ts';
import type { Db } from './schema.ts';

export interface RefusedReading {
  readonly id: number;
  readonly destination: string;
  /** Number of the batch it was in. */
  readonly number: number;
  readonly reason: string;
  /** Of which gateway; absent: of this one. */
  readonly origin?: Origin;
  /** Undefined if the disk had damaged it before it was refused. */
  readonly reading: Reading | undefined;
}

export interface RefusedFilter {
  /** Only this destination's. */
  readonly destination?: string | undefined;
  /** Only these; all if absent. */
  readonly ids?: readonly number[] | undefined;
}

/** As stored. */
export interface RefusedRow {
  readonly id: number;
  readonly destination: string;
  readonly number: number;
  readonly reason: string;
  /** JSON; "null" if the disk had damaged the batch. */
  readonly reading: string;
  /** "tenant/gateway"; null: of this gateway. */
  readonly origin: string | null;
}

const maxRefused = 10_000;
/** Share of the file that they may take. */
const maxPart = 1 / 2;
/** What a row takes beside its texts. */
const rowBytes = 64;
/** In place of a receipt's. A batch of our own that meets a conflict is sealed again instead. */
const REASONS = {
  unreadable: 'the batch was unreadable',
  conflict: 'another batch is stored under this number',
} as const;
/** Bound of batches when they are read back to find the refused readings. */
const maxBody = 64 * 1024 * 1024;
/** Rows read at a time, so that the file may be written to in between. */
const pageRows = 500;
/** Readings dropped at a time to make room. */
const droppedAtOnce = 100;

export class Refused {
  readonly #db: Db;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #maxBytes: number;
  /** By destination, as of the last change. */
  #counts: ReadonlyMap<string, number>;
  /** Unset while there is no room for any. */
  isKeeping = true;
  /** Refused readings that were not kept since there was no room. */
  #unkept = 0;

  constructor(db: Db) {
    this.#db = db;
    this.#sql = prepare(db);
    this.#maxBytes = fileBound(db) * maxPart;
    this.#counts = this.#countAll();
  }

  count(destination: string): number {
    return this.#counts.get(destination) ?? 0;
  }

  /** Keeps the readings of a batch that a receipt refuses. */
  setAside(destination: string, { batch, tenant }: OutgoingBatch, receipt: Receipt): void {
    if (receipt.outcome === 'stored' && receipt.refused.length === 0) return;
    const readings = readingsOf(batch.bytes);
    const { outcome } = receipt;
    const reasons =
      outcome === 'stored'
        ? refusalsOf(receipt, readings.length)
        : readings.map((_, index) => ({ index, reason: receipt.reason ?? REASONS[outcome] }));
    const origin = tenant === undefined ? null : `${tenant}/${batch.gateway}`;
    this.#insert(
      reasons.map(({ index, reason }) => ({
        destination,
        number: receipt.number,
        reason,
        reading: JSON.stringify(readings[index] ?? null),
        origin,
      })),
    );
  }

  /** Takes over what another file held. */
  takeUp(rows: readonly Omit<RefusedRow, 'id'>[]): void {
    this.#insert(rows);
  }

  /** Makes room first, so that neither bound is passed even for a moment; the newest that fit are kept. */
  #insert(rows: readonly Omit<RefusedRow, 'id'>[]): void {
    if (!this.isKeeping) {
      this.#unkept += rows.length;
      return;
    }
    const kept: Omit<RefusedRow, 'id'>[] = [];
    let bytes = 0;
    for (const row of rows.slice(-maxRefused).reverse()) {
      bytes += rowBytes + row.reason.length + row.reading.length;
      if (bytes > this.#maxBytes) break;
      kept.push(row);
    }
    this.#sql.trim.run(maxRefused - kept.length);
    while (bytes + this.#bytes() > this.#maxBytes && this.#sql.dropOldest.run().changes > 0);
    for (const row of kept.reverse()) this.#sql.insert.run(row);
    this.#counts = this.#countAll();
  }

  /** What all of them take, by their texts. */
  #bytes(): number {
    const { n, bytes } = this.#sql.size.get() as { n: number; bytes: number }; // the columns of the statement
    return n * rowBytes + bytes;
  }

  #countAll(): ReadonlyMap<string, number> {
    const rows = this.#sql.count.all() as { destination: string; n: number }[]; // the columns of the statement
    return new Map(rows.map(({ destination, n }) => [destination, n]));
  }

  /** Oldest first. None while a failed disk keeps the file closed: what is said of the buffer then says so. */
  *list({ destination, ids }: RefusedFilter = {}): Generator<RefusedReading> {
    if (!this.#db.open) return;
    const wanted = ids && new Set(ids);
    for (let after = 0; ; ) {
      const rows = this.#sql.page.all(after) as RefusedRow[];
      for (const { reading, origin, ...row } of rows) {
        if (destination !== undefined && row.destination !== destination) continue;
        if (wanted !== undefined && !wanted.has(row.id)) continue;
        yield { ...row, ...(origin !== null && { origin: originOf(origin) }), reading: readReading(reading) };
      }
      if (rows.length < pageRows) return;
      after = rows.at(-1)?.id ?? after;
    }
  }

  /** How many were not kept since the last call. */
  takeUnkept(): number {
    const unkept = this.#unkept;
    this.#unkept = 0;
    return unkept;
  }

  /** Drops all of them and returns how many. */
  dropAll(): number {
    const { changes } = this.#sql.dropAll.run();
    this.#counts = new Map();
    return changes;
  }

  /** Drops some to make room and returns how many. */
  dropOldest(): number {
    const { changes } = this.#sql.dropOldest.run();
    this.#counts = this.#countAll();
    return changes;
  }

  remove(ids: readonly number[]): void {
    for (const id of ids) this.#sql.delete.run(id);
    this.#counts = this.#countAll();
  }
}

function readReading(json: string): Reading | undefined {
  try {
    return readingFromJson(JSON.parse(json));
  } catch {
    return undefined; // the disk has damaged it
  }
}

/** Neither has a slash: both are levels of a topic. */
function originOf(origin: string): Origin {
  const [tenant = '', gateway = ''] = origin.split('/');
  return { tenant, gateway };
}

/**
 * The readings of a batch, as JSON. A damaged batch gives a single null, so that it still leaves the queue and the
 * refusal is on record.
 */
function readingsOf(bytes: Uint8Array): readonly unknown[] {
  try {
    const { header, body } = decodeBatch(bytes);
    const plain = decompress(body, header.compression, maxBody);
    return decodeBody(header, plain, header.count).map(readingToJson);
  } catch {
    return [null];
  }
}

function prepare(db: Db) {
  return {
    size: db.prepare('SELECT COUNT(*) AS n, COALESCE(SUM(LENGTH(reason) + LENGTH(reading)), 0) AS bytes FROM refused'),
    count: db.prepare('SELECT destination, COUNT(*) AS n FROM refused GROUP BY destination'),
    insert: db.prepare(
      `INSERT INTO refused (destination, number, reason, reading, origin, crc)
       VALUES (:destination, :number, :reason, :reading, :origin, crc_of(:destination, :number, :reason, :reading, :origin))`,
    ),
    trim: db.prepare('DELETE FROM refused WHERE id <= (SELECT MAX(id) FROM refused) - ?'),
    page: db.prepare(
      `SELECT id, destination, number, reason, reading, origin FROM refused WHERE id > ? ORDER BY id LIMIT ${pageRows}`,
    ),
    delete: db.prepare('DELETE FROM refused WHERE id = ?'),
    dropAll: db.prepare('DELETE FROM refused'),
    dropOldest: db.prepare(
      `DELETE FROM refused WHERE id IN (SELECT id FROM refused ORDER BY id LIMIT ${droppedAtOnce})`,
    ),
  };
}
