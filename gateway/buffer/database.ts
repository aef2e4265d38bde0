/**
 * The buffer's SQLite file: opened, migrated, or set aside when it is damaged.
 *
 * WAL with `synchronous=FULL`: a transaction that has returned survives a power cut. The file is locked for this process
 * alone, readable by its owner alone, and never grows beyond the quota (`max_page_count`); the write-ahead log beside it
 * stays below 8 MB.
 */
import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';

export type Db = Database.Database;

export const PAGE_BYTES = 4096;
/** One step from each released schema to the next; the file's `user_version` counts them. */
const MIGRATIONS = [
  `
  CREATE TABLE feed (destination TEXT PRIMARY KEY, epoch TEXT NOT NULL, next INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE open (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    boot TEXT,                 -- set where the clock was not: the readings wait for it
    clock_offset REAL,         -- wall minus monotonic ms when they were taken
    body BLOB NOT NULL         -- the readings, in columns
  );
  CREATE TABLE batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    destination TEXT NOT NULL,
    lane INTEGER NOT NULL,
    number INTEGER NOT NULL,
    count INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (destination, lane, number)
  );
  CREATE TABLE gap (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    destination TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    reason TEXT NOT NULL
  );
  CREATE TABLE refused (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    destination TEXT NOT NULL,
    number INTEGER NOT NULL,
    reason TEXT NOT NULL,
    reading TEXT NOT NULL      -- JSON
  );
  CREATE TABLE memory (device TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  `,
];

export interface Opened<T> {
  /** What `takeUp` made of the database. */
  readonly opened: T;
  /** Where a damaged file was put, if one was found. */
  readonly quarantined?: string;
}

/**
 * Opens or creates the file and lets `takeUp` read what it holds. One that turns out damaged while doing so is renamed
 * and a new one begun.
 * Throws a MachimoriError: "buffer-in-use" (another process has it), "buffer-too-new", "buffer-unusable" (no such
 * folder, no permission, disk full).
 */
export function openDatabase<T>(file: string, maxBytes: number, takeUp: (db: Db) => T): Opened<T> {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return openOrQuarantine(file, maxBytes, takeUp);
  } catch (fault) {
    if (fault instanceof MachimoriError) throw fault;
    const code = codeOf(fault);
    if (code.startsWith('SQLITE_BUSY')) {
      throw new MachimoriError('buffer-in-use', {
        what: 'another process has the buffer open',
        on: file,
        hint: 'Stop the other gateway, or give this one a data directory of its own',
        cause: fault,
      });
    }
    throw new MachimoriError('buffer-unusable', {
      what: `the buffer cannot be opened (${code || fault})`,
      on: file,
      hint: 'Check that the folder exists, belongs to this user and that its disk is not full',
      cause: fault,
    });
  }
}

function openOrQuarantine<T>(file: string, maxBytes: number, takeUp: (db: Db) => T): Opened<T> {
  try {
    return { opened: tryOpen(file, maxBytes, takeUp) };
  } catch (fault) {
    if (!isDamage(fault)) throw fault;
    const quarantined = quarantine(file);
    return { opened: tryOpen(file, maxBytes, takeUp), quarantined };
  }
}

/** SQLITE_ERROR: a file format or schema that no release has written, since what is asked for is right by itself. */
function isDamage(fault: unknown): boolean {
  const code = codeOf(fault);
  return (
    code === 'SQLITE_NOTADB' || code === 'SQLITE_ERROR' || code.startsWith('SQLITE_CORRUPT') || code === 'bad-body'
  );
}

function tryOpen<T>(file: string, maxBytes: number, takeUp: (db: Db) => T): T {
  const db = new Database(file, { timeout: 1000 });
  try {
    db.pragma(`page_size = ${PAGE_BYTES}`);
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('journal_size_limit = 4194304');
    db.pragma('cache_size = -2048');
    db.pragma(`max_page_count = ${Math.ceil(maxBytes / PAGE_BYTES)}`);
    migrate(db, file);
    chmodSync(file, 0o600);
    return takeUp(db);
  } catch (fault) {
    db.close();
    throw fault;
  }
}

function migrate(db: Db, file: string): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > MIGRATIONS.length) {
    throw new MachimoriError('buffer-too-new', {
      what: `the buffer has schema ${version}, this release knows up to ${MIGRATIONS.length}`,
      on: file,
      hint: 'Install the newer release again, or move the file away to start with an empty buffer',
    });
  }
  if (version === MIGRATIONS.length) return; // a full disk would not even take the same version again
  db.transaction(() => {
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.pragma(`user_version = ${MIGRATIONS.length}`);
  }).immediate();
}

/** Puts the file and its write-ahead log aside, under the first name that is free. */
function quarantine(file: string): string {
  let n = 1;
  while (existsSync(`${file}.damaged-${n}`)) n++;
  const aside = `${file}.damaged-${n}`;
  renameSync(file, aside);
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${aside}-wal`);
  return aside;
}

/** Bytes that the file's content takes, without pages that are free for reuse. */
export function usedBytes(db: Db): number {
  const pages =
    Number(db.pragma('page_count', { simple: true })) - Number(db.pragma('freelist_count', { simple: true }));
  return pages * PAGE_BYTES;
}

/** Neither the disk nor `maxBytes` leaves room. */
export function isFull(fault: unknown): boolean {
  return codeOf(fault) === 'SQLITE_FULL';
}

export function bufferFull(file: string, cause: unknown): MachimoriError {
  return new MachimoriError('buffer-full', {
    what: `readings could not be written (${codeOf(cause) || messageOf(cause)})`,
    on: file,
    hint: 'Free space on the disk or check its health; the gateway goes on with the next readings',
    cause,
  });
}
