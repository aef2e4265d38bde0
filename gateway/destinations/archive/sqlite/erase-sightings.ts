/**
 * Erasure from an archive's file, also while a gateway writes it: sightings of a tag, or to an operator.
 *
 * Promise: once it resolves, none of those that were there is in the file, in its free pages or in its log; SQLite overwrites. The view
 * `latest` lacks the detectors concerned until their next sighting. Bounds: `chunkRows` rows a transaction, so that the writer waits for no
 * more.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { MachimoriError } from '../../../../shared/errors.ts';
import type { SqliteAddress } from '../../../postgres/address.ts';
import type { Whose } from '../../destination.ts';
import type { Db } from '../../sqlite/guarded-file.ts';
import { say } from '../words.ts';
import { isArchive } from './schema.ts';

const busyTimeoutMs = 10_000;
const chunkRows = 2_000;

interface Key {
  readonly filed_at: number;
  readonly batch: number;
  readonly index: number;
}

const BEFORE_ALL: Key = { filed_at: Number.MIN_SAFE_INTEGER, batch: 0, index: 0 };

/** How many there were. Throws SQLite's errors, and a MachimoriError "archive-in-use": ask again. */
export async function eraseSightings(
  { file: written }: SqliteAddress,
  dataDirectory: string,
  { quantity, is }: Whose,
): Promise<number> {
  const file = resolve(dataDirectory, written);
  if (!existsSync(file)) return 0;
  const db = new Database(file, { fileMustExist: true, timeout: busyTimeoutMs });
  try {
    if (!isArchive(db, file)) return 0;
    db.pragma('secure_delete = ON');
    const isIt = `kind = 'sighting' AND json_extract("values", '$.${quantity}') = :is`;
    db.prepare(`DELETE FROM newest WHERE ${isIt}`).run({ is });
    const erased = await eraseStored(db, isIt, is);
    db.pragma('incremental_vacuum'); // what was freed before the file overwrote
    const [{ busy }] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }]; // SQLite documentation, "PRAGMA wal_checkpoint"
    if (busy !== 0) {
      throw new MachimoriError('archive-in-use', { what: say.logInUse(), on: file, hint: say.eraseAgain() });
    }
    return erased;
  } finally {
    db.close();
  }
}

async function eraseStored(db: Db, isIt: string, is: string): Promise<number> {
  const order = 'filed_at, batch, "index"';
  const after = `(${order}) > (:filed_at, :batch, :index)`;
  const end = db.prepare(
    `SELECT ${order} FROM stored WHERE ${after} ORDER BY ${order} LIMIT 1 OFFSET ${chunkRows - 1}`,
  );
  const upTo = db.prepare(
    `DELETE FROM stored WHERE ${after} AND (${order}) <= (:filedUntil, :batchUntil, :indexUntil) AND ${isIt}`,
  );
  const rest = db.prepare(`DELETE FROM stored WHERE ${after} AND ${isIt}`);
  let erased = 0;
  for (let from = BEFORE_ALL; ; ) {
    const until = end.get(from) as Key | undefined; // its columns
    if (until === undefined) return erased + rest.run({ ...from, is }).changes;
    const { filed_at: filedUntil, batch: batchUntil, index: indexUntil } = until;
    erased += upTo.run({ ...from, filedUntil, batchUntil, indexUntil, is }).changes;
    from = until;
    await turn();
  }
}
