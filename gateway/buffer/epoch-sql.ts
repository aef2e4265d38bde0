/** The statements that all epochs of a file share. */
import type { Statement } from 'better-sqlite3';
import type { Lane } from '../../shared/feed/batch.ts';
import { fileBound } from './database.ts';
import type { Db } from './schema.ts';

type Name =
  | 'countGaps'
  | 'insert'
  | 'delete'
  | 'at'
  | 'bytes'
  | 'oldest'
  | 'keys'
  | 'newest'
  | 'gaps'
  | 'gapAt'
  | 'lastGap'
  | 'insertGap'
  | 'extendGap'
  | 'deleteGap'
  | 'forget';
export type EpochSql = Readonly<Record<Name, Statement>> & {
  readonly count: Readonly<Record<Lane, Statement>>;
  /** Bound of the file. */
  readonly maxBytes: number;
};

export function prepareEpochs(db: Db): EpochSql {
  const row = 'SELECT key, sealed, count, crc, bytes FROM batch WHERE key';
  const gap = 'SELECT id, first, last, count, reason FROM gap WHERE feed = ?';
  const count = (lane: Lane) => db.prepare(`UPDATE feed SET ${lane} = ${lane} + ?, next = MAX(next, ?) WHERE id = ?`);
  return {
    maxBytes: fileBound(db),
    countGaps: db.prepare('SELECT COUNT(*) FROM gap WHERE feed = ?').pluck(),
    count: { routine: count('routine'), urgent: count('urgent') },
    insert: db.prepare('INSERT INTO batch (key, sealed, count, crc, bytes) VALUES (?, ?, ?, ?, ?)'),
    delete: db.prepare('DELETE FROM batch WHERE key = ?'),
    at: db.prepare(`${row} = ?`),
    bytes: db.prepare('SELECT COALESCE(SUM(LENGTH(bytes)), 0) FROM batch WHERE key BETWEEN ? AND ?').pluck(),
    oldest: db.prepare(`${row} > ? AND key < ? ORDER BY key LIMIT 1`),
    keys: db.prepare('SELECT key, sealed FROM batch WHERE key > ? AND key < ? ORDER BY key'),
    newest: db.prepare(`${row} < ? AND key > ? ORDER BY key DESC LIMIT 1`),
    gaps: db.prepare(`${gap} AND id > ? ORDER BY id`),
    gapAt: db.prepare(`${gap} AND first = ?`),
    lastGap: db.prepare(`${gap} ORDER BY id DESC LIMIT 1`),
    insertGap: db.prepare('INSERT INTO gap (feed, first, last, count, reason) VALUES (?, ?, ?, ?, ?)'),
    extendGap: db.prepare('UPDATE gap SET last = ?, count = count + ? WHERE id = ?'),
    deleteGap: db.prepare('DELETE FROM gap WHERE feed = ? AND first = ? AND last = ?'),
    forget: db.prepare('DELETE FROM feed WHERE id = ?'),
  };
}
