/**
 * What becomes of a damaged buffer file: it is set aside, and what can be read of it goes on in a new one.
 *
 * Batches keep their epoch, number and bytes, so that the city OS drops those that it has already; new readings belong to
 * a new epoch. Numbers of the old epoch that cannot be read any more are reported as gaps "damaged", with a count of 0
 * where nobody knows how many readings they held. What was open is sealed anew, and may come twice where the log is missing
 * that had it sealed.
 *
 * Bounds: how many damaged files are kept (set-aside.ts), and how often it is tried to read around a damaged page
 * (read-around.ts).
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, messageOf } from '../../../shared/errors.ts';
import type { BufferOptions } from '../buffer-options.ts';
import { isDamage, syncFolder } from '../database.ts';
import { Store } from '../store.ts';
import { setAside } from './damaged-files.ts';
import { type Found, takeOver } from './take-over.ts';

/** Opens the file, or where it is damaged what can be salvaged of it. Throws what `openDatabase` throws. */
export function openOrSalvage(options: BufferOptions): Store {
  const { file, log } = options;
  let store: Store;
  try {
    finishSalvage(file);
    store = Store.open(options);
  } catch (fault) {
    // SQLITE_ERROR: a schema that no release has written, since what is asked for is right by itself
    if (isDamage(fault) || codeOf(fault) === 'SQLITE_ERROR') return salvage(options, fault);
    throw fault;
  }
  if (store.log === 'torn') {
    log.warn('The log of the buffer file ends within a commit. A new epoch begins, in case more had been sent', {
      file,
    });
  } else if (store.log !== 'whole') {
    log.error(`The log of the buffer file is ${store.log}. What was only there is lost; a new epoch begins`, { file });
  }
  if (store.openSet.damagedRows > 0) {
    log.error('The disk has damaged readings that were not sealed yet; they are lost', {
      file,
      rows: store.openSet.damagedRows,
    });
  }
  return store;
}

/**
 * Makes a new file of what can be read of the damaged one, and puts it in its place. The damaged one stays where it is until
 * the new one is whole, so that it is begun anew should the power go meanwhile. Throws what `openDatabase` throws.
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
  log.error('The buffer file was damaged. It was set aside, and a new one begun with what could be read of it', {
    file,
    setAside: aside,
    fault: messageOf(fault),
    ...found,
  });
  return Store.open(options);
}

/** A salvage that ended between the two names is finished; of one that ended before, nothing is left. */
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
  for (const suffix of ['', '-wal', '-ballast', '-doubt']) rmSync(`${file}${suffix}`, { force: true });
}
