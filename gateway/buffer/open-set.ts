/**
 * The open set: readings on the disk that are not sealed yet, fewer than a batch holds.
 *
 * The table `open` has a row for each commit; memory has them too. Full batches, and readings sealed by
 * the commit that brought them, never touch the table.
 *
 * Like the outboxes, it writes inside the caller's transaction and returns functions that update memory after the commit.
 */
import { crc32 } from 'node:zlib';
import type { Reading } from '../../shared/reading.ts';
import { checkFits, fileBound } from './database.ts';
import type { Numbering } from './epoch.ts';
import type { Apply } from './outgoing.ts';
import { encodeRow, readRow } from './row-body.ts';
import type { Db } from './schema.ts';

interface OpenSetOptions {
  readonly batchReadings: number;
  seal(readings: readonly Reading[], numbers: Numbering): readonly Apply[];
}

export class OpenSet {
  readonly #options: OpenSetOptions;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #damagedRows: number = 0;
  #open: readonly Reading[] = [];
  #lastId = 0;

  /** Loads what the file holds. */
  constructor(db: Db, options: OpenSetOptions) {
    this.#options = options;
    this.#sql = prepare(db);
    const open: Reading[] = [];
    for (const { id, crc, body } of this.#sql.rows.all() as { id: number; crc: number; body: Uint8Array }[]) {
      const readings = readRow(body, crc);
      if (readings === undefined) this.#damagedRows++;
      else for (const reading of readings) open.push(reading);
      this.#lastId = id;
    }
    this.#open = open;
  }

  get size(): number {
    return this.#open.length;
  }

  get readings(): readonly Reading[] {
    return this.#open;
  }

  /** Rows found damaged at opening; their readings are lost. */
  get damagedRows(): number {
    return this.#damagedRows;
  }

  /** Adds readings and seals full batches; with `sealRest`, the remainder too. */
  add(fresh: readonly Reading[], numbers: Numbering, sealRest: boolean): readonly Apply[] {
    const { batchReadings, seal } = this.#options;
    const all = fresh.length === 0 ? this.#open : [...this.#open, ...fresh];
    const sealed = sealRest ? all.length : all.length - (all.length % batchReadings);
    if (fresh.length === 0 && sealed === 0) return [];
    const applies: Apply[] = [];
    for (let from = 0; from < sealed; from += batchReadings) {
      applies.push(...seal(all.slice(from, Math.min(sealed, from + batchReadings)), numbers));
    }
    const rest = all.slice(sealed);
    if (sealed > 0 && this.#lastId > 0) this.#sql.clear.run(this.#lastId);
    const row = sealed > 0 ? rest : fresh;
    const lastId = row.length > 0 ? this.#insert(row) : 0;
    applies.push(() => {
      this.#open = rest;
      this.#lastId = rest.length === 0 ? 0 : lastId;
    });
    return applies;
  }

  /** Keeps these of its readings alone. Call inside a transaction. */
  keep(readings: readonly Reading[]): Apply {
    if (this.#lastId > 0) this.#sql.clear.run(this.#lastId);
    const lastId = readings.length > 0 ? this.#insert(readings) : 0;
    return () => {
      this.#open = readings;
      this.#lastId = lastId;
    };
  }

  #insert(readings: readonly Reading[]): number {
    const body = encodeRow(readings);
    checkFits(body, this.#sql.maxBytes);
    return Number(this.#sql.insert.run(crc32(body), body).lastInsertRowid);
  }
}

function prepare(db: Db) {
  return {
    maxBytes: fileBound(db),
    rows: db.prepare('SELECT id, crc, body FROM open ORDER BY id'),
    insert: db.prepare('INSERT INTO open (crc, body) VALUES (?, ?)'),
    clear: db.prepare('DELETE FROM open WHERE id <= ?'),
  };
}
