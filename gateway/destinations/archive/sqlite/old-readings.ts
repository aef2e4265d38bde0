/**
 * The oldest readings leave the file, some hundred at a time, so that neither the log nor a pause grows with the history. With
 * them go the batches, parts and gaps of which nothing newer is left: a batch that came once more after that would be stored anew.
 */
import type { Db } from '../../sqlite/guarded-file.ts';

const chunkRows = 500;
/** Batches that are looked at with each chunk. */
const chunkBatches = 500;
const everMs = 8.64e15;

export class OldReadings {
  readonly #db: Db;
  readonly #pageBytes: number;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.#db = db;
    this.#pageBytes = Number(db.pragma('page_size', { simple: true }));
    this.#sql = prepare(db);
  }

  /** Deletes one chunk of what was filed before `before`, in the caller's transaction. False if there was nothing. */
  dropChunk(before = everMs): boolean {
    const end = this.#sql.end.get({ before }) as { filed_at: number; batch: number; index: number } | undefined; // its columns
    const { changes } = end === undefined ? this.#sql.dropAll.run({ before }) : this.#sql.drop.run(end);
    const oldest = (this.#sql.oldest.get() as number | null | undefined) ?? before; // its column
    const until = Math.min(oldest, before); // with no reading left, and no time given, batches go whatever their time
    const forgotten = this.#sql.forget.map((forget) => forget.run({ until }).changes);
    return changes > 0 || forgotten.some((count) => count > 0);
  }

  /** Bytes in use: the file without its free pages. */
  usedBytes(): number {
    return this.fileBytes() - Number(this.#sql.free.get()) * this.#pageBytes;
  }

  fileBytes(): number {
    return Number(this.#sql.pages.get()) * this.#pageBytes;
  }

  /** Cuts some free pages off the file. */
  giveBack(): void {
    this.#db.pragma(`incremental_vacuum(${chunkRows})`);
  }
}

function prepare(db: Db) {
  const order = 'filed_at, batch, "index"';
  return {
    end: db.prepare(
      `SELECT ${order} FROM stored WHERE filed_at < :before ORDER BY ${order} LIMIT 1 OFFSET ${chunkRows - 1}`,
    ),
    drop: db.prepare(`DELETE FROM stored WHERE (${order}) <= (:filed_at, :batch, :index)`),
    dropAll: db.prepare('DELETE FROM stored WHERE filed_at < :before'),
    oldest: db.prepare('SELECT filed_at FROM stored ORDER BY filed_at LIMIT 1').pluck(),
    forget: [
      db.prepare(
        `DELETE FROM batch WHERE id IN (SELECT id FROM batch ORDER BY id LIMIT ${chunkBatches}) AND filed_until < :until`,
      ),
      db.prepare('DELETE FROM part WHERE received_at < :until'),
      db.prepare('DELETE FROM gap WHERE received_at < :until'),
    ],
    pages: db.prepare('PRAGMA page_count').pluck(),
    free: db.prepare('PRAGMA freelist_count').pluck(),
  };
}
