/**
 * The buffer's SQLite file: opened and brought to this release's schema.
 *
 * WAL with `synchronous=FULL`: a transaction that has returned survives a power cut. The file is locked for this process
 * alone, readable by its owner alone, and never grows beyond what it is told (`max_page_count`). Pages are small, since a
 * commit writes whole ones.
 */

import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { type Db, migrate } from './schema.ts';
import { endOfLog } from './write-ahead-log.ts';

const pageBytes = 512;
/** The write-ahead log is brought into the file when it has grown to this. */
const maxLogBytes = 4 * 1024 * 1024;
const cacheKib = 2048;
/** How long another process may have the file, such as one that makes a copy of it. */
const lockedMs = 5_000;

export interface OpenedDatabase {
  readonly db: Db;
  /** What the log had beyond what could be read of it: numbers that were given out may be unknown. */
  readonly log: 'whole' | 'torn' | 'damaged' | 'missing';
}

/**
 * Opens or creates the file.
 * Throws a MachimoriError: "buffer-in-use" (another process has it), "buffer-too-new", "buffer-unusable" (no such
 * folder, no permission, disk full); and SQLite's own error where `isDamage` says so, or SQLITE_ERROR for a schema that no
 * release has written.
 */
export function openDatabase(file: string, maxBytes: number): OpenedDatabase {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return tryOpen(file, maxBytes);
  } catch (fault) {
    throw asOpeningFault(fault, file);
  }
}

/** What is thrown for a fault at opening; damage, and a schema that no release has written, as SQLite says them. */
export function asOpeningFault(fault: unknown, file: string): unknown {
  const code = codeOf(fault);
  if (fault instanceof MachimoriError || isDamage(fault) || code === 'SQLITE_ERROR') return fault;
  if (code.startsWith('SQLITE_BUSY')) {
    return new MachimoriError('buffer-in-use', {
      what: 'another process has the buffer open',
      on: file,
      hint: 'Stop the other gateway, or give this one a data directory of its own',
      cause: fault,
    });
  }
  return new MachimoriError('buffer-unusable', {
    what: `the buffer cannot be opened (${code || messageOf(fault)})`,
    on: file,
    hint: 'Check that the folder exists, belongs to this user and that its disk is not full',
    cause: fault,
  });
}

function tryOpen(file: string, maxBytes: number): OpenedDatabase {
  const log = `${file}-wal`;
  const [hadLog, end] = [existsSync(log), endOfLog(log)];
  if (existsSync(file) && (!hadLog || end !== 'whole')) enterDoubt(file);
  closeSync(openSync(file, 'a', 0o600)); // its log gets the same rights
  const db = new Database(file, { timeout: lockedMs });
  try {
    db.pragma(`page_size = ${pageBytes}`);
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL'); // from here on the file is ours alone
    if (hadLog) rewriteLog(file);
    db.pragma('synchronous = FULL');
    db.pragma(`journal_size_limit = ${maxLogBytes}`);
    db.pragma(`wal_autocheckpoint = ${Math.floor(maxLogBytes / pageSize(db))}`);
    db.pragma(`cache_size = -${cacheKib}`);
    db.pragma(`max_page_count = ${Math.ceil(maxBytes / pageSize(db))}`);
    migrate(db, file);
    chmodSync(file, 0o600);
    const wasOpen = db.prepare('SELECT is_open FROM condition').pluck().get() === 1;
    if (!wasOpen && !hadLog) dispelDoubt(file);
    const isMissing = wasOpen && !hadLog;
    if (isMissing || end === 'damaged') checkPages(db);
    if (!wasOpen) db.exec('UPDATE condition SET is_open = 1');
    db.pragma('wal_checkpoint(TRUNCATE)'); // so that the file itself says that it is open
    const isInDoubt = existsSync(doubtOf(file));
    return { db, log: isMissing ? 'missing' : isInDoubt && end === 'whole' ? 'torn' : end };
  } catch (fault) {
    db.close();
    throw fault;
  }
}

/** While this file is there, numbers may have been given that the buffer does not know: it must begin a new epoch. */
function doubtOf(file: string): string {
  return `${file}-doubt`;
}

/** Before anything is opened: to open the file removes the signs of what was wrong with its log. */
function enterDoubt(file: string): void {
  closeSync(openSync(doubtOf(file), 'a', 0o600));
  syncFolder(dirname(file));
}

/** The new epoch is on the disk, or none was needed. */
export function dispelDoubt(file: string): void {
  rmSync(doubtOf(file), { force: true });
}

/** A file as this release makes it, without content, and which of its pages are the roots of tables and indexes. */
export function emptyDatabase(): { readonly image: Buffer; readonly roots: ReadonlySet<number> } {
  const db = new Database(':memory:');
  try {
    db.pragma(`page_size = ${pageBytes}`);
    migrate(db, ':memory:');
    const roots = db.prepare('SELECT rootpage FROM sqlite_schema').pluck().all() as number[]; // its only column
    return { image: db.serialize(), roots: new Set(roots) };
  } finally {
    db.close();
  }
}

/** Closes the file so that it needs no log. */
export function closeDatabase(db: Db): void {
  try {
    db.exec('UPDATE condition SET is_open = 0');
  } finally {
    db.close();
  }
}

/**
 * Writes the log anew, byte for byte, and syncs it. A killed process may have left commits in it that are not on the disk
 * yet; and after an fsync that failed the system takes what was written for synced, and the next fsync says nothing of it.
 */
export function rewriteLog(file: string): void {
  if (!existsSync(`${file}-wal`)) return;
  const bytes = readFileSync(`${file}-wal`);
  const log = openSync(`${file}-wal`, 'r+');
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(log, bytes, at, bytes.length - at, at);
    fsyncSync(log);
  } finally {
    closeSync(log);
  }
  syncFolder(dirname(file));
}

/** So that the names in it are on the disk too. */
export function syncFolder(folder: string): void {
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Throws what `isDamage` recognises where the pages do not fit together. */
function checkPages(db: Db): void {
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw corruption(String(found));
}

/** What was found wrong with the pages by other means than SQLite's. */
export function corruption(what: string): Error {
  return Object.assign(new Error(what), { code: 'SQLITE_CORRUPT' });
}

/** The file is no database, or its pages do not fit together. */
export function isDamage(fault: unknown): boolean {
  const code = codeOf(fault);
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT') || code === 'bad-body';
}

/** The disk did not do what it was asked to; what it holds is known only when the file is opened anew. */
export function isDiskFault(fault: unknown): boolean {
  return codeOf(fault).startsWith('SQLITE_IOERR');
}

/** Neither the disk nor `maxBytes` leaves room. */
export function isFull(fault: unknown): boolean {
  return codeOf(fault) === 'SQLITE_FULL';
}

export function pageSize(db: Db): number {
  return Number(db.pragma('page_size', { simple: true }));
}

/** Tells how many bytes the file's content takes, without pages that are free for reuse. */
export function usedBytesOf(db: Db): () => number {
  const bytes = pageSize(db);
  const [all, free] = ['page_count', 'freelist_count'].map((name) => db.prepare(`PRAGMA ${name}`).pluck());
  return () => (Number(all?.get()) - Number(free?.get())) * bytes;
}

export function bufferFull(file: string, cause: unknown): MachimoriError {
  return new MachimoriError('buffer-full', {
    what: `readings could not be written (${codeOf(cause) || messageOf(cause)})`,
    on: file,
    hint: 'Free space on the disk or check its health; the gateway goes on with the next readings',
    cause,
  });
}
