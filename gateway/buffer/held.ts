/**
 * Readings taken before the clock was set. The table `held` has a row for each commit, with the boot's id and the clock's
 * offset at that moment. When they leave, and with which time, is up to clock-wait.ts.
 *
 * Memory holds only their count and when the first were taken, so hours of them may wait. Like the outboxes, it writes inside
 * the caller's transaction.
 */
import { crc32 } from 'node:zlib';
import { type Reading, UNITS_OF_KIND, unitOf } from '../../shared/reading.ts';
import { checkFits, corruption, fileBound } from './database.ts';
import type { Apply } from './outgoing.ts';
import { encodeRow, readRow } from './row-body.ts';
import type { Db } from './schema.ts';

/** Readings let go in one transaction, give or take a row. */
const maxAtOnce = 5_000;

export interface HeldRow {
  readonly id: number;
  readonly boot: string;
  /** Monotonic ms of that boot. */
  readonly takenAt: number;
  /** Wall minus monotonic ms when the readings were taken. */
  readonly offsetMs: number;
  readonly count: number;
  /** Empty if the disk has damaged them. */
  readonly readings: readonly Reading[];
}

/** Rows of one boot, of all other boots, or taken before a moment; by default, any. */
export interface Which {
  readonly boot?: string;
  readonly notOfBoot?: string;
  /** Monotonic ms. */
  readonly takenBefore?: number;
}

type First = Pick<HeldRow, 'boot' | 'takenAt'>;

export class Held {
  readonly #sql: ReturnType<typeof prepare>;
  #size: number;
  /** The first row. Rows of earlier boots come first. */
  #first: First | undefined;

  constructor(db: Db) {
    this.#sql = prepare(db);
    this.#size = this.#sql.size.get() as number; // TOTAL()
    this.#first = this.#readFirst();
  }

  /** How many readings wait. */
  get size(): number {
    return this.#size;
  }

  hold(readings: readonly Reading[], { boot, takenAt, offsetMs }: Omit<HeldRow, 'id' | 'count' | 'readings'>): Apply {
    const body = encodeRow(readings);
    checkFits(body, this.#sql.maxBytes);
    this.#sql.insert.run(boot, takenAt, offsetMs, readings.length, crc32(body), body);
    return () => {
      this.#size += readings.length;
      this.#first ??= { boot, takenAt };
    };
  }

  /** When the first were taken, monotonic ms; undefined unless that was in this boot. */
  oldestOf(boot: string): number | undefined {
    return this.#first?.boot === boot ? this.#first.takenAt : undefined;
  }

  hasOthersThan(boot: string): boolean {
    return this.#first !== undefined && this.#first.boot !== boot;
  }

  /** The oldest rows, as many as go in one transaction. */
  rows({
    boot = null,
    takenBefore = null,
    notOfBoot = null,
  }: { [K in keyof Which]: Which[K] | null } = {}): readonly HeldRow[] {
    type Stored = Omit<HeldRow, 'readings'> & { readonly crc: number; readonly body: Uint8Array };
    const rows: HeldRow[] = [];
    if (this.#size === 0) return rows;
    let readings = 0;
    for (const stored of this.#sql.rows.iterate({ boot, takenBefore, notOfBoot }) as Iterable<Stored>) {
      const { crc, body, ...row } = stored;
      rows.push({ ...row, readings: readRow(body, crc) ?? [] });
      readings += row.count;
      if (readings >= maxAtOnce) break;
    }
    return rows;
  }

  delete(rows: readonly HeldRow[]): Apply {
    for (const { id } of rows) {
      if (this.#sql.delete.run(id).changes === 0) throw corruption('a row that was found cannot be deleted');
    }
    const first = this.#readFirst();
    return () => {
      for (const { count } of rows) this.#size -= count;
      this.#first = first;
    };
  }

  /** Keeps of each row the readings that `isKept` says, and returns the others. Call inside a transaction. */
  sift(isKept: (reading: Reading) => boolean): { readonly given: readonly Reading[]; readonly apply: Apply } {
    const given: Reading[] = [];
    const emptied: Pick<HeldRow, 'id'>[] = [];
    for (const { id, crc, body } of this.#sql.bodies.all() as { id: number; crc: number; body: Uint8Array }[]) {
      const readings = readRow(body, crc) ?? [];
      const kept = readings.filter(isKept);
      if (kept.length === readings.length) continue;
      given.push(...readings.filter((reading) => !isKept(reading)));
      const left = encodeRow(kept);
      if (kept.length === 0) emptied.push({ id });
      else this.#sql.replace.run(kept.length, crc32(left), left, id);
    }
    for (const { id } of emptied) this.#sql.delete.run(id);
    const first = this.#readFirst();
    const apply = () => {
      this.#size -= given.length;
      this.#first = first;
    };
    return { given, apply };
  }

  #readFirst(): First | undefined {
    return this.#sql.first.get() as First | undefined; // the columns of the statement
  }
}

/** The reading, marked: its time cannot be vouched for. */
export function markUnsynchronised(reading: Reading): Reading {
  return { ...reading, quality: 'clock-unsynchronised' };
}

/** The reading, `ms` later: its own time and the times that its kind has among its values. */
export function shiftTime(reading: Reading, ms: number): Reading {
  const values = Object.fromEntries(
    Object.entries(reading.values).map(([quantity, value]) => [
      quantity,
      unitOf(UNITS_OF_KIND[reading.kind], quantity) === 'ms' && typeof value === 'number'
        ? Math.round(value + ms)
        : value,
    ]),
  );
  return { ...reading, observedAt: Math.round(reading.observedAt + ms), values } as Reading; // same kind, same quantities
}

function prepare(db: Db) {
  return {
    maxBytes: fileBound(db),
    size: db.prepare('SELECT TOTAL(count) FROM held').pluck(),
    first: db.prepare('SELECT boot, taken_at AS takenAt FROM held ORDER BY id LIMIT 1'),
    rows: db.prepare(
      `SELECT id, boot, taken_at AS takenAt, clock_offset AS offsetMs, count, crc, body FROM held
       WHERE (:boot IS NULL OR boot = :boot) AND (:notOfBoot IS NULL OR boot <> :notOfBoot)
         AND (:takenBefore IS NULL OR taken_at < :takenBefore)
       ORDER BY id`,
    ),
    insert: db.prepare('INSERT INTO held (boot, taken_at, clock_offset, count, crc, body) VALUES (?, ?, ?, ?, ?, ?)'),
    bodies: db.prepare('SELECT id, crc, body FROM held ORDER BY id'),
    replace: db.prepare('UPDATE held SET count = ?, crc = ?, body = ? WHERE id = ?'),
    delete: db.prepare('DELETE FROM held WHERE id = ?'),
  };
}
