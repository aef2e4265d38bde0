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
import { codeOf, messageOf } from '../../shared/errors.ts';
import type { BufferOptions } from './buffer-options.ts';
import { isDamage } from './database.ts';
import { setAside } from './set-aside.ts';
import { Store } from './store.ts';
import { type Found, takeOver } from './take-over.ts';

/** Opens the file, or where it is damaged what can be salvaged of it. Throws what `openDatabase` throws. */
export function openOrSalvage(options: BufferOptions): Store {
  const { file, log } = options;
  let store: Store;
  try {
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

/** Sets the file aside and begins a new one with what can be read of it. */
export function salvage(options: BufferOptions, fault: unknown): Store {
  const { file, log } = options;
  const aside = setAside(file);
  const store = Store.open(options);
  let found: Found = { batches: 0, readings: 0, lost: 0 };
  try {
    found = takeOver(aside, store);
  } catch (why) {
    log.error('Not all of the damaged buffer file could be taken over', { setAside: aside, fault: messageOf(why) });
  }
  log.error('The buffer file was damaged. It was set aside, and a new one begun with what could be read of it', {
    file,
    setAside: aside,
    fault: messageOf(fault),
    ...found,
  });
  return store;
}
