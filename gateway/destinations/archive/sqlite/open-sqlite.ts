/** Opens the archive's file, or begins it: readable by its owner only, within `maxSizeBytes`. */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, MachimoriError, TextError, textOf } from '../../../../shared/errors.ts';
import { isDamage } from '../../../buffer/database.ts';
import { makeFolder } from '../../../machine/make-folder.ts';
import type { SqliteAddress } from '../../../postgres/address.ts';
import type { DestinationSurroundings } from '../../destination.ts';
import type { ArchiveSettings } from '../settings.ts';
import { say } from '../words.ts';
import { maxFileBytes, maxLogBytes } from './file-size.ts';
import { type Db, migrate } from './schema.ts';
import { setAside } from './set-aside.ts';
import { SqliteHistory } from './sqlite-history.ts';

/** Small, since a commit writes whole ones. */
const pageBytes = 1_024;
const cacheKib = 4_096;
const busyPauseMs = 20;

/** Rejects with a MachimoriError: "archive-unusable", "archive-not-ours", "archive-too-new". */
export async function openSqlite(
  { file: written }: SqliteAddress,
  settings: ArchiveSettings,
  surroundings: DestinationSurroundings,
  signal: AbortSignal,
): Promise<SqliteHistory> {
  const { clock, log, dataDirectory } = surroundings;
  const file = resolve(dataDirectory, written);
  const startedAt = clock.moment().monotonic;
  for (let hasSetAside = false; ; ) {
    try {
      return new SqliteHistory(openFile(file, settings), file, settings, surroundings);
    } catch (fault) {
      const isLate = clock.moment().monotonic - startedAt > settings.answerTimeoutMs;
      if (signal.aborted) throw new TextError(say.stopped());
      if (isDamage(fault) && !hasSetAside) {
        hasSetAside = true; // a new file that is damaged too is the disk's fault
        log.error('The archive is damaged; it was set aside and a new one is begun', { file: setAside(file) });
      } else if (!codeOf(fault).startsWith('SQLITE_BUSY') || isLate) throw asOpeningFault(fault, file);
    }
    await clock.sleep(busyPauseMs, signal); // another process makes its tables
  }
}

function openFile(file: string, { maxSizeBytes, personal }: ArchiveSettings): Db {
  makeFolder(dirname(file));
  closeSync(openSync(file, 'a', 0o600)); // SQLite gives its log the same rights
  const db = new Database(file, { timeout: 0 });
  try {
    if (db.pragma('page_count', { simple: true }) === 0) {
      db.pragma(`page_size = ${pageBytes}`);
      db.pragma('auto_vacuum = INCREMENTAL'); // so that a smaller max-size can be kept; it needs the lock
    }
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    if (personal) db.pragma('secure_delete = ON'); // what retention deletes is overwritten
    const page = Number(db.pragma('page_size', { simple: true })); // of a file that is there, its own
    db.pragma(`journal_size_limit = ${maxLogBytes}`);
    db.pragma(`wal_autocheckpoint = ${Math.floor(maxLogBytes / page)}`);
    db.pragma(`cache_size = -${cacheKib}`);
    db.pragma(`max_page_count = ${Math.floor(maxFileBytes(maxSizeBytes) / page)}`); // or what it has, if that is more
    migrate(db, file);
    chmodSync(file, 0o600);
    return db;
  } catch (fault) {
    db.close();
    throw fault;
  }
}

function asOpeningFault(fault: unknown, file: string): unknown {
  if (fault instanceof MachimoriError) return fault;
  const what = say.unusable({ why: codeOf(fault) || textOf(fault) });
  return new MachimoriError('archive-unusable', { what, on: file, hint: say.checkFolder(), cause: fault });
}
