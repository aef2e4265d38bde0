/**
 * One process at a time changes the files of a folder: whoever reads a file, changes what it says and writes it again does so in `changing`.
 *
 * The lock is SQLite's on `changes.lock`, an empty file beside them. The system takes it back when its process ends, however that ends, so
 * that no lock is ever left behind; the file stays, and to delete it while nobody changes anything does no harm.
 * Bound: `maxWaitMs` for whoever holds it, then "file-busy". The whole process waits meanwhile, so what is done under it is short.
 */
import { chownSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, MachimoriError } from '../../shared/errors.ts';
import { makeFolder } from './make-folder.ts';
import { unwritable } from './whole-file.ts';
import { say } from './words.ts';

const maxWaitMs = 10_000;
const held = new Set<string>();

export function lockFileOf(folder: string): string {
  return join(folder, 'changes.lock');
}

/**
 * Makes the folder if it is missing, and does `work` while no other process is in here for the same folder; may be nested.
 * Throws a MachimoriError "file-busy" or "file-unwritable", and what `work` throws.
 */
export function changing<T>(folder: string, work: () => T, waitMs = maxWaitMs): T {
  const key = resolve(folder);
  if (held.has(key)) return work();
  const lock = locked(key, waitMs);
  held.add(key);
  try {
    return work();
  } finally {
    held.delete(key);
    lock.close();
  }
}

/**
 * Makes the folder if it is missing and keeps every other holder out, of this process too, until the returned function is called or the
 * process ends. Throws a MachimoriError "file-busy" or "file-unwritable".
 */
export function holdFolder(folder: string, waitMs = maxWaitMs): () => void {
  const lock = locked(resolve(folder), waitMs);
  return () => void lock.close();
}

function locked(folder: string, waitMs: number): InstanceType<typeof Database> {
  const file = lockFileOf(folder);
  let lock: InstanceType<typeof Database> | undefined;
  try {
    makeFolder(folder);
    closeSync(openSync(file, 'a', 0o600));
    giveToOwnerOf(folder, file);
    lock = new Database(file, { timeout: waitMs });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock?.close();
    if (!codeOf(cause).startsWith('SQLITE_BUSY')) throw unwritable(folder, cause);
    throw new MachimoriError('file-busy', { what: say.busy(), on: folder, hint: say.tryLater(), cause });
  }
}

/** Lets the user whose folder it is read and write a file that root makes there. Throws the system's error. */
export function giveToOwnerOf(folder: string, file: string): void {
  if (!existsSync(file) || !existsSync(folder)) return;
  const { uid, gid } = statSync(folder);
  if (statSync(file).uid !== uid) chownSync(file, uid, gid);
}
