/**
 * A damaged buffer file is set aside, and everything readable in it moves to a new one.
 *
 * It is read page by page, without SQLite, the log's pages first (pages.ts, cells.ts, rows.ts), so a damaged page costs only what
 * was in it. Batches keep their epoch, number and bytes, so the city OS drops those it already has; new readings belong to a new
 * epoch. Numbers of the old epoch that can no longer be read are reported as gaps "damaged", with a count of 0 if it is unknown
 * how many readings they held. Readings without a number that may be lost are a gap of the new epoch. Open readings are sealed
 * again; they may arrive twice if the log that had sealed them is missing.
 *
 * So is the file of a later release, which an update has left that was taken back (schema.ts).
 *
 * Bounds: how many damaged files are kept (damaged-files.ts).
 */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, messageOf } from '../../../shared/errors.ts';
import type { BufferOptions } from '../buffer-options.ts';
import { ballastOf, corruption, isDamage, syncFile } from '../database.ts';
import { diskSpaceOf } from '../disk-room.ts';
import { LaterSchema } from '../schema.ts';
import { Store } from '../store.ts';
import { removeAll, removeOld, setAside } from './damaged-files.ts';
import { type Found, type Known, takeOver } from './take-over.ts';

/** Opens the file, salvaged if it is damaged. Throws what `openDatabase` throws, but no damage. */
export function openOrSalvage(options: BufferOptions): Store {
  const { file, log } = options;
  let store: Store;
  try {
    finishSalvage(file);
    checkIsThere(file);
    store = Store.open(options);
  } catch (fault) {
    // SQLITE_ERROR: a schema that no release has written, since the statements themselves are right
    if (isDamage(fault) || codeOf(fault) === 'SQLITE_ERROR' || fault instanceof LaterSchema) {
      return salvage(options, fault);
    }
    throw fault;
  }
  const { wall, synchronised } = options.clock.moment();
  if (synchronised) removeOld(file, wall);
  const rows = store.openSet.damagedRows;
  if (store.log === 'torn') {
    log.warn(
      'The log of the buffer file ends within a commit. After a power cut that is as it should be; else commits are missing',
      {
        file,
      },
    );
  }
  if (store.log === 'missing') {
    log.error('The log of the buffer file is missing. Readings that were only in it are lost and reported as a gap', {
      file,
    });
  }
  if (rows > 0) {
    log.error('The disk damaged readings that were not sealed yet; they are lost and reported as a gap', {
      file,
      rows,
    });
  }
  if (store.log === 'missing' || rows > 0) store.reportLost();
  return store;
}

/**
 * Makes a new file of whatever can be read of the damaged one, and puts it in its place. The damaged file stays until the
 * new one is complete, so a power cut in between only means starting over. Throws what `openDatabase` throws.
 */
export function salvage(options: BufferOptions, fault: unknown, known?: Known): Store {
  const { file, log } = options;
  const successor = successorOf(file);
  makeRoom(options);
  const store = Store.open({ ...options, file: successor });
  let found: Found;
  try {
    found = takeOver(file, store, {
      known,
      isLater: fault instanceof LaterSchema,
      failed(why) {
        log.error('Not all of the damaged buffer file could be taken over', { file, fault: messageOf(why) });
      },
    });
    store.close();
  } catch (why) {
    store.abandon();
    throw why;
  }
  const aside = setAside(file);
  promote(successor, file);
  const about = { file, setAside: aside, fault: messageOf(fault), ...found };
  if (fault instanceof LaterSchema) {
    log.warn(
      'A later release has written the buffer file. It was set aside; a new one begins with what it held',
      about,
    );
  } else {
    log.error(
      'The buffer file was damaged. It was set aside; a new one begins with everything that could be read',
      about,
    );
  }
  return Store.open(options);
}

/**
 * The file or its log is no longer where it was opened, but SQLite still has it: everything in it is written anew, and whatever
 * is there now is set aside. Throws SQLite's errors.
 */
export function rescue(options: BufferOptions, store: Store, gone: 'file-gone' | 'log-gone'): Store {
  const { file, log } = options;
  const successor = successorOf(file);
  makeRoom(options);
  store.copyTo(successor);
  store.abandon();
  const aside = setAside(file);
  promote(successor, file);
  const what = gone === 'file-gone' ? 'buffer file' : 'log of the buffer file';
  log.error(`The ${what} was deleted or replaced while the gateway ran. Nothing is lost: all of it was written again`, {
    file,
    ...(existsSync(aside) && { setAside: aside }),
  });
  return Store.open(options);
}

/** Throws an error that `isDamage` recognises if there is no file, or nothing in it, although there has been one. */
function checkIsThere(file: string): void {
  const bytesOf = (name: string) => (existsSync(name) ? statSync(name).size : 0);
  if (bytesOf(file) > 0) return;
  const hasBeen = bytesOf(`${file}-wal`) > 0 || bytesOf(ballastOf(file)) > 0;
  if (hasBeen) throw corruption('the file is gone, or nothing is in it');
}

/** Removes what an earlier attempt left and, if the disk has no room for the file twice, what can be spared. */
function makeRoom({ file, diskSpace = () => diskSpaceOf(file) }: BufferOptions): void {
  removeFile(successorOf(file));
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (diskSpace().freeBytes > 2 * bytes) return;
  rmSync(ballastOf(file), { force: true });
  removeAll(file);
}

/** Finishes a salvage that was interrupted between its two renames; removes what an earlier interruption left. */
function finishSalvage(file: string): void {
  const successor = successorOf(file);
  if (!existsSync(successor)) return;
  if (existsSync(file)) removeFile(successor);
  else promote(successor, file);
}

function successorOf(file: string): string {
  return `${file}-successor`;
}

function promote(successor: string, file: string): void {
  renameSync(successor, file);
  syncFile(dirname(file));
  removeFile(successor); // its ballast
}

function removeFile(file: string): void {
  for (const suffix of ['', '-wal', '-ballast']) rmSync(`${file}${suffix}`, { force: true });
}
