/**
 * A damaged buffer file is set aside, and everything readable in it moves to a new one.
 *
 * Batches keep their epoch, number and bytes, so the city OS drops those it already has; new readings belong to a new epoch.
 * Numbers of the old epoch that can no longer be read are reported as gaps "damaged", with a count of 0 if it is unknown how
 * many readings they held. Open readings are sealed again; they may arrive twice if the log that had sealed them is missing.
 *
 * Bounds: how many damaged files are kept (damaged-files.ts), and how often reading around damaged pages is tried
 * (damaged-pages.ts).
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, messageOf } from '../../../shared/errors.ts';
import type { BufferOptions } from '../buffer-options.ts';
import { isDamage, syncFolder } from '../database.ts';
import { Store } from '../store.ts';
import { setAside } from './damaged-files.ts';
import { type Found, takeOver } from './take-over.ts';

/** Opens the file, salvaged if it is damaged. Throws what `openDatabase` throws, but no damage. */
export function openOrSalvage(options: BufferOptions): Store {
  const { file, log } = options;
  let store: Store;
  try {
    finishSalvage(file);
    store = Store.open(options);
  } catch (fault) {
    // SQLITE_ERROR: a schema that no release has written, since the statements themselves are right
    if (isDamage(fault) || codeOf(fault) === 'SQLITE_ERROR') return salvage(options, fault);
    throw fault;
  }
  if (store.log === 'torn') {
    log.warn('The log of the buffer file ends within a commit, as after a power cut', {
      file,
    });
  } else if (store.log !== 'whole') {
    log.error(`The log of the buffer file is ${store.log}. Readings that were only in it are lost`, { file });
  }
  if (store.openSet.damagedRows > 0) {
    log.error('The disk damaged readings that were not sealed yet; they are lost', {
      file,
      rows: store.openSet.damagedRows,
    });
  }
  return store;
}

/**
 * Makes a new file of whatever can be read of the damaged one, and puts it in its place. The damaged file stays until the
 * new one is complete, so a power cut in between only means starting over. Throws what `openDatabase` throws.
 */
export function salvage(options: BufferOptions, fault: unknown): Store {
  const { file, log } = options;
  const successor = successorOf(file);
  removeFile(successor);
  const store = Store.open({ ...options, file: successor });
  let found: Found;
  try {
    found = takeOver(file, store, (why) => {
      log.error('Not all of the damaged buffer file could be taken over', { file, fault: messageOf(why) });
    });
  } catch (why) {
    store.abandon();
    throw why;
  }
  store.close();
  const aside = setAside(file);
  promote(successor, file);
  log.error('The buffer file was damaged. It was set aside; a new one begins with everything that could be read', {
    file,
    setAside: aside,
    fault: messageOf(fault),
    ...found,
  });
  return Store.open(options);
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
  syncFolder(dirname(file));
  removeFile(successor); // its ballast
}

function removeFile(file: string): void {
  for (const suffix of ['', '-wal', '-ballast']) rmSync(`${file}${suffix}`, { force: true });
}
