/** Parts of batches, and gaps, as every file of SQLite keeps them; and what such a file knows of a group before it is judged. */
import { type Incoming, type IncomingBatch, type IncomingGap, type Key, keyOf } from '../archive/history.ts';
import { type Known, type KnownBatch, type KnownPiece, keysToKnow } from '../archive/judge.ts';
import type { Db } from './guarded-file.ts';

export const PARTS_AND_GAPS = `
  CREATE TABLE part (                -- what came of a batch that may also come whole
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    epoch TEXT NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, gateway, epoch, number, digest, first, count)
  ) WITHOUT ROWID;
  CREATE TABLE gap (
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    epoch TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,          -- readings lost with it
    reason TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, gateway, epoch, first)
  ) WITHOUT ROWID;
`;

export class PartsAndGaps {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.#sql = prepare(db);
  }

  /** `batchOf`: what the file has of a batch. */
  knownOf(group: readonly Incoming[], batchOf: (key: Key) => KnownBatch | undefined): Known {
    const batches = new Map<string, KnownBatch>();
    const pieces = new Map<string, readonly KnownPiece[]>();
    for (const key of keysToKnow(group)) {
      const { tenant, gateway, epoch, number } = key;
      const known = batchOf(key);
      if (known !== undefined) batches.set(keyOf(key), known);
      pieces.set(keyOf(key), this.#sql.pieces.all(tenant, gateway, epoch, number) as KnownPiece[]); // its columns
    }
    return { batches, pieces };
  }

  /** Notes whose part a batch is, if it is one. */
  addPart({ tenant, gateway, count, partOf }: IncomingBatch, receivedAt: number): void {
    if (partOf === undefined) return;
    const { epoch, number, digest, first } = partOf;
    this.#sql.insertPart.run(tenant, gateway, epoch, number, digest, first, count, receivedAt);
  }

  addGap({ tenant, gateway, epoch, number, gap }: IncomingGap, receivedAt: number): void {
    this.#sql.upsertGap.run(tenant, gateway, epoch, number, gap.last, gap.count, gap.reason, receivedAt);
  }
}

function prepare(db: Db) {
  return {
    pieces: db.prepare(
      'SELECT digest, first, count FROM part WHERE tenant = ? AND gateway = ? AND epoch = ? AND number = ?',
    ),
    insertPart: db.prepare('INSERT OR IGNORE INTO part VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    upsertGap: db.prepare(
      `INSERT INTO gap VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET last = MAX(last, excluded.last), count = MAX(count, excluded.count)`,
    ),
  };
}
