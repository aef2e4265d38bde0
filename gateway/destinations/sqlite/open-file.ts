/** Opens a destination's file of SQLite, or begins it: readable by its owner only, durable at each commit, within its bound. */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, MachimoriError, TextError, textOf } from '../../../shared/errors.ts';
import { isDamage } from '../../buffer/database.ts';
import { makeFolder } from '../../machine/make-folder.ts';
import { say } from '../archive/words.ts';
import type { DestinationSurroundings } from '../destination.ts';
import { type Around, busyPauseMs, type Db, GuardedFile, SET_ASIDE } from './guarded-file.ts';
import { setAside } from './set-aside.ts';

export interface FileSettings {
  readonly answerTimeoutMs: number;
  /** Bytes of a page, if the file is new. */
  readonly pageBytes: number;
  readonly cacheKib: number;
  /** The log is emptied into the file at this size. */
  readonly maxLogBytes: number;
  /** The file's bound, or what it has, if that is more. */
  readonly maxFileBytes: number;
  /** What is deleted is overwritten. */
  readonly overwrites: boolean;
  /** Free pages can be cut off a new file. */
  readonly shrinks: boolean;
  /** Brings the file to this version. Throws a MachimoriError, and SQLITE_BUSY while another process writes. */
  prepare(db: Db, path: string): void;
}

/** `use` takes the file over; what it throws is told as what opening throws. Rejects with a MachimoriError "archive-unusable", or what `prepare` throws. */
export async function openFile<T>(
  written: string,
  settings: FileSettings,
  around: Around & Pick<DestinationSurroundings, 'dataDirectory'>,
  signal: AbortSignal,
  use: (file: GuardedFile) => T,
): Promise<T> {
  const { clock, log, dataDirectory } = around;
  const { answerTimeoutMs } = settings;
  const path = resolve(dataDirectory, written);
  const startedAt = clock.moment().monotonic;
  for (let hasSetAside = false; ; ) {
    try {
      return handedOver(new GuardedFile(opened(path, settings), path, answerTimeoutMs, around), use);
    } catch (fault) {
      const isLate = clock.moment().monotonic - startedAt > answerTimeoutMs;
      if (signal.aborted) throw new TextError(say.stopped());
      if (isDamage(fault) && !hasSetAside) {
        hasSetAside = true; // a new file that is damaged too is the disk's fault
        log.error(SET_ASIDE, { file: setAside(path) });
      } else if (!codeOf(fault).startsWith('SQLITE_BUSY') || isLate) throw asOpeningFault(fault, path);
    }
    await clock.sleep(busyPauseMs, signal); // another process makes its tables
  }
}

function handedOver<T>(file: GuardedFile, use: (file: GuardedFile) => T): T {
  try {
    return use(file);
  } catch (fault) {
    file.close(say.stopped());
    throw fault;
  }
}

function opened(path: string, settings: FileSettings): Db {
  const { pageBytes, cacheKib, maxLogBytes, maxFileBytes, overwrites, shrinks } = settings;
  makeFolder(dirname(path));
  closeSync(openSync(path, 'a', 0o600)); // SQLite gives its log the same rights
  const db = new Database(path, { timeout: 0 });
  try {
    if (db.pragma('page_count', { simple: true }) === 0) {
      db.pragma(`page_size = ${pageBytes}`);
      if (shrinks) db.pragma('auto_vacuum = INCREMENTAL'); // it needs the lock
    }
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    if (overwrites) db.pragma('secure_delete = ON');
    const page = Number(db.pragma('page_size', { simple: true })); // of a file that is there, its own
    db.pragma(`journal_size_limit = ${maxLogBytes}`);
    db.pragma(`wal_autocheckpoint = ${Math.floor(maxLogBytes / page)}`);
    db.pragma(`cache_size = -${cacheKib}`);
    db.pragma(`max_page_count = ${Math.floor(maxFileBytes / page)}`);
    settings.prepare(db, path);
    chmodSync(path, 0o600);
    return db;
  } catch (fault) {
    db.close();
    throw fault;
  }
}

function asOpeningFault(fault: unknown, path: string): unknown {
  if (fault instanceof MachimoriError) return fault;
  const what = say.unusable({ why: codeOf(fault) || textOf(fault) });
  return new MachimoriError('archive-unusable', { what, on: path, hint: say.checkFolder(), cause: fault });
}
