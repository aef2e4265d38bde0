/**
 * The buffer's SQLite file: opened, and brought to this release's schema.
 *
 * WAL with `synchronous=FULL`: a transaction that has returned survives a power cut. The file is locked by this process,
 * readable by its owner only, and never grows beyond its limit (`max_page_count`). Pages are small because a commit writes
 * whole ones.
 */

import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, MachimoriError, textOf } from '../../shared/errors.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { faultOf } from './row-checks.ts';
import { type Db, LaterSchema, migrate } from './schema.ts';
import { say } from './words.ts';
import { endOfLog } from './write-ahead-log.ts';

export const pageBytes = 512;
/** The write-ahead log is checkpointed into the file when it reaches this size. */
const maxLogBytes = 4 * 1024 * 1024;
const cacheKib = 2048;
/** How long to wait for another process that holds the file, such as one that copies it. */
const lockedMs = 5_000;

export interface OpenedDatabase {
  readonly db: Db;
  /** State of the write-ahead log at opening. Unless whole, readings may be missing. */
  readonly log: 'whole' | 'torn' | 'missing';
}

/**
 * Opens or creates the file.
 * Throws a MachimoriError: "buffer-in-use" (another process has it), "buffer-unusable" (no such folder, no permission, disk
 * full). Throws SQLite's own error for damage (`isDamage`), SQLITE_ERROR for a schema that no release has written, and a LaterSchema.
 */
export function openDatabase(file: string, maxBytes: number): OpenedDatabase {
  try {
    makeFolder(dirname(file));
    return openMakingRoom(file, maxBytes);
  } catch (fault) {
    throw asOpeningFault(fault, file);
  }
}

/** What to throw for a fault at opening. Damage and unknown schemas stay SQLite's own errors. */
export function asOpeningFault(fault: unknown, file: string): unknown {
  const code = codeOf(fault);
  const isKnown = fault instanceof MachimoriError || fault instanceof LaterSchema;
  if (isKnown || isDamage(fault) || code === 'SQLITE_ERROR') return fault;
  if (code.startsWith('SQLITE_BUSY')) {
    return new MachimoriError('buffer-in-use', {
      what: say.inUse(),
      on: file,
      hint: say.stopTheOther(),
      cause: fault,
    });
  }
  return new MachimoriError('buffer-unusable', {
    what: say.unusable({ why: code || textOf(fault) }),
    on: file,
    hint: say.checkFolder(),
    cause: fault,
  });
}

/** On a full disk the ballast makes the room that opening needs; what else is to go is decided with the next commit. */
function openMakingRoom(file: string, maxBytes: number): OpenedDatabase {
  try {
    return tryOpen(file, maxBytes);
  } catch (fault) {
    const isNoRoom = isFull(fault) || codeOf(fault) === 'ENOSPC';
    if (!isNoRoom || !existsSync(ballastOf(file))) throw fault;
    rmSync(ballastOf(file));
    return tryOpen(file, maxBytes);
  }
}

function tryOpen(file: string, maxBytes: number): OpenedDatabase {
  const log = `${file}-wal`;
  const kept = `${log}-kept`;
  if (existsSync(kept) && !existsSync(log)) renameSync(kept, log); // this was interrupted below
  const [hadLog, end] = [existsSync(log), endOfLog(log)];
  if (end === 'damaged') copyFileSync(log, kept); // closing brings into the file what comes before the damage, and deletes it
  closeSync(openSync(file, 'a', 0o600)); // SQLite gives its log the same rights
  const db = new Database(file, { timeout: lockedMs });
  try {
    db.pragma(`page_size = ${pageBytes}`);
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL'); // from here on this process has the lock
    if (end === 'damaged') throw corruption('the log is damaged');
    if (hadLog) rewriteLog(file);
    db.pragma('synchronous = FULL');
    db.pragma('secure_delete = ON');
    db.pragma(`journal_size_limit = ${maxLogBytes}`);
    db.pragma(`wal_autocheckpoint = ${Math.floor(maxLogBytes / pageSize(db))}`);
    db.pragma(`cache_size = -${cacheKib}`);
    db.pragma(`max_page_count = ${Math.ceil(maxBytes / pageSize(db))}`);
    migrate(db);
    const found = faultOf(db);
    if (found !== undefined) throw corruption(found);
    chmodSync(file, 0o600);
    const wasOpen = db.prepare('SELECT is_open FROM condition').pluck().get() === 1;
    const isMissing = wasOpen && !hadLog;
    if (isMissing) checkPages(db);
    if (!wasOpen) db.exec('UPDATE condition SET is_open = 1');
    db.pragma('wal_checkpoint(TRUNCATE)'); // so that the file itself says it is open
    return { db, log: isMissing ? 'missing' : end };
  } catch (fault) {
    db.close();
    if (existsSync(kept)) isDamage(fault) ? renameSync(kept, log) : rmSync(kept);
    throw fault;
  }
}

/** A file beside the buffer that is there to be deleted when the disk is full (disk-room.ts). */
export function ballastOf(file: string): string {
  return `${file}-ballast`;
}

/** Closes the file cleanly: it needs no log. */
export function closeDatabase(db: Db): void {
  try {
    db.exec('UPDATE condition SET is_open = 0');
  } finally {
    db.close();
  }
}

/**
 * Rewrites the log, byte for byte, and syncs it. A killed process may have left commits in it that are not on the disk yet.
 * And after a failed fsync the system considers the data synced, so that the next fsync succeeds without writing it.
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
  syncFile(dirname(file));
}

/** Makes a file's content durable or, of a folder, the names in it. */
export function syncFile(file: string): void {
  const opened = openSync(file, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** Throws an error that `isDamage` recognises if the pages are inconsistent. */
function checkPages(db: Db): void {
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw corruption(String(found));
}

/** An error for damage that SQLite did not notice itself. */
export function corruption(what: string): Error {
  return Object.assign(new Error(what), { code: 'SQLITE_CORRUPT' });
}

/** The file is not a database, or its pages are inconsistent. */
export function isDamage(fault: unknown): boolean {
  const code = codeOf(fault);
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT') || code === 'bad-body';
}

/** The disk failed. What it holds is known only once the file has been reopened. */
export function isDiskFault(fault: unknown): boolean {
  return codeOf(fault).startsWith('SQLITE_IOERR');
}

/** No room left on the disk or within `maxBytes`. */
export function isFull(fault: unknown): boolean {
  return codeOf(fault) === 'SQLITE_FULL';
}

/** Most bytes the file may ever take. */
export function fileBound(db: Db): number {
  return Number(db.pragma('max_page_count', { simple: true })) * pageSize(db);
}

/** Full, and no room that could be made would be enough. */
export class NeverFits extends Error {
  readonly code = 'SQLITE_FULL';
}

/** Throws `NeverFits` for bytes larger than the whole file may be: making room for them would cost others for nothing. */
export function checkFits(bytes: Uint8Array, maxBytes: number): void {
  if (bytes.length > maxBytes) throw new NeverFits(`${bytes.length} bytes, the file takes ${maxBytes}`);
}

export function pageSize(db: Db): number {
  return Number(db.pragma('page_size', { simple: true }));
}

/** Returns a function that counts the bytes in use: the file without its free pages. */
export function usedBytesOf(db: Db): () => number {
  const bytes = pageSize(db);
  const [all, free] = ['page_count', 'freelist_count'].map((name) => db.prepare(`PRAGMA ${name}`).pluck());
  return () => (Number(all?.get()) - Number(free?.get())) * bytes;
}

export function bufferFull(file: string, cause: unknown): MachimoriError {
  return new MachimoriError('buffer-full', {
    what: say.notWritten({ why: codeOf(cause) || textOf(cause) }),
    on: file,
    hint: say.freeSpace(),
    cause,
  });
}
