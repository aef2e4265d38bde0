/**
 * The open set: readings that are on the disk but not sealed yet, and those that are held back until the clock is set.
 *
 * Both lie in the table `open`, a row for each commit, and in memory. Whole batches' worth of fresh readings are sealed
 * at once and never touch the table. Readings taken before the clock was set are held with the boot's id and the
 * clock's offset at that moment; when it is set in the same boot they get their real time, otherwise they leave marked.
 *
 * Like the feeds, it writes inside the caller's transaction and returns what to apply to memory after the commit.
 */
import { decodeColumns, encodeColumns } from '../../shared/feed/columns.ts';
import { type Reading, UNITS } from '../../shared/reading.ts';
import type { Db } from './database.ts';
import type { Apply, Numbering } from './feed.ts';

export interface Held {
  readonly id: number;
  readonly boot: string;
  /** Wall minus monotonic ms when the readings were taken. */
  readonly offsetMs: number;
  readonly readings: readonly Reading[];
}

interface OpenSetOptions {
  readonly boot: string;
  readonly batchReadings: number;
  seal(readings: readonly Reading[], numbers: Numbering): readonly Apply[];
}

/** Bound of one row, read back after a restart. */
const maxRowReadings = 1_000_000;

export class OpenSet {
  readonly #options: OpenSetOptions;
  readonly #sql: ReturnType<typeof prepare>;
  #open: readonly Reading[] = [];
  #openLastId = 0;
  #held: readonly Held[] = [];
  #generation = 0;

  /** Takes up what the file holds. */
  constructor(db: Db, options: OpenSetOptions) {
    this.#options = options;
    this.#sql = prepare(db);
    type Row = { id: number; boot: string | null; clock_offset: number | null; body: Uint8Array };
    const open: Reading[] = [];
    const held: Held[] = [];
    for (const row of this.#sql.rows.all() as Row[]) {
      const readings = decodeColumns(row.body, maxRowReadings);
      if (row.boot !== null) {
        held.push({ id: row.id, boot: row.boot, offsetMs: row.clock_offset ?? 0, readings });
      } else {
        for (const reading of readings) open.push(reading);
        this.#openLastId = row.id;
      }
    }
    this.#open = open;
    this.#held = held;
  }

  get size(): number {
    return this.#open.length;
  }

  /** Changes whenever the open set has begun anew: its age counts from then. */
  get generation(): number {
    return this.#generation;
  }

  get held(): readonly Held[] {
    return this.#held;
  }

  get heldReadings(): number {
    return this.#held.reduce((sum, { readings }) => sum + readings.length, 0);
  }

  /** Adds readings; whole batches are sealed at once. */
  add(fresh: readonly Reading[], numbers: Numbering): readonly Apply[] {
    if (fresh.length === 0) return [];
    const { batchReadings, seal } = this.#options;
    const all = [...this.#open, ...fresh];
    const sealed = all.length - (all.length % batchReadings);
    const applies: Apply[] = [];
    for (let from = 0; from < sealed; from += batchReadings) {
      applies.push(...seal(all.slice(from, from + batchReadings), numbers));
    }
    const rest = all.slice(sealed);
    if (sealed > 0) this.#sql.clear.run(this.#openLastId);
    const row = sealed > 0 ? rest : fresh;
    const lastId = row.length > 0 ? this.#insert(null, null, row) : this.#openLastId;
    const begunAnew = sealed > 0 || this.#open.length === 0;
    applies.push(() => {
      this.#open = rest;
      this.#openLastId = lastId;
      if (begunAnew) this.#generation++;
    });
    return applies;
  }

  /** Seals the open set as it stands. */
  sealAll(numbers: Numbering): readonly Apply[] {
    if (this.#open.length === 0) return [];
    this.#sql.clear.run(this.#openLastId);
    return [
      ...this.#options.seal(this.#open, numbers),
      () => {
        this.#open = [];
        this.#generation++;
      },
    ];
  }

  /** Keeps readings back until the clock is set. */
  hold(readings: readonly Reading[], offsetMs: number): readonly Apply[] {
    if (readings.length === 0) return [];
    const { boot } = this.#options;
    const held = { id: this.#insert(boot, offsetMs, readings), boot, offsetMs, readings };
    return [
      () => {
        this.#held = [...this.#held, held];
      },
    ];
  }

  /** Moves held rows into the open set, each reading as `change` makes it. */
  letGo(rows: readonly Held[], change: (reading: Reading, row: Held) => Reading, numbers: Numbering): readonly Apply[] {
    for (const { id } of rows) this.#sql.delete.run(id);
    return [
      ...this.add(
        rows.flatMap((row) => row.readings.map((reading) => change(reading, row))),
        numbers,
      ),
      () => {
        this.#held = this.#held.filter((row) => !rows.includes(row));
      },
    ];
  }

  #insert(boot: string | null, offsetMs: number | null, readings: readonly Reading[]): number {
    return Number(this.#sql.insert.run(boot, offsetMs, encodeColumns(readings)).lastInsertRowid);
  }
}

/** The reading, marked as of a time that nobody can vouch for. */
export function markUnsynchronised(reading: Reading): Reading {
  return { ...reading, quality: 'clock-unsynchronised' };
}

/** The reading, `ms` later: its own time and every time among its values. */
export function shiftTime(reading: Reading, ms: number): Reading {
  const values = Object.fromEntries(
    Object.entries(reading.values).map(([quantity, value]) => [
      quantity,
      UNITS[quantity] === 'ms' && typeof value === 'number' ? Math.round(value + ms) : value,
    ]),
  );
  return { ...reading, observedAt: Math.round(reading.observedAt + ms), values } as Reading; // same kind, same quantities
}

function prepare(db: Db) {
  return {
    rows: db.prepare('SELECT id, boot, clock_offset, body FROM open ORDER BY id'),
    insert: db.prepare('INSERT INTO open (boot, clock_offset, body) VALUES (?, ?, ?)'),
    clear: db.prepare('DELETE FROM open WHERE boot IS NULL AND id <= ?'),
    delete: db.prepare('DELETE FROM open WHERE id = ?'),
  };
}
