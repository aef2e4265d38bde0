/**
 * The buffer's file while it is used: whatever the disk does, there is a store to go on with.
 *
 * Where a page turns out damaged the file is salvaged and what was asked is done again. Where the disk fails (SQLITE_IOERR, a
 * failed fsync among them) what was asked fails, and before anything more is done the log is written anew, emptied into the
 * file and the file opened again, at most once in `reopenEveryMs`. What is in flight stays in flight.
 */
import { codeOf, messageOf } from '../../shared/errors.ts';
import type { BufferOptions } from './buffer-options.ts';
import { isDamage, isDiskFault } from './database.ts';
import { openOrSalvage, salvage } from './salvage/salvage.ts';
import type { Store } from './store.ts';

/** Between attempts to open a file whose disk fails. */
export const reopenEveryMs = 1_000;

interface Listener {
  /** Another store has taken the place of the one before. */
  replaced(): void;
  /** The file must be opened again: `use` it in `reopenEveryMs`. */
  failed(): void;
}

export class LiveFile {
  readonly #options: BufferOptions;
  readonly #listener: Listener;
  #store: Store;
  #fault = '';
  /** Set while the file must be opened again: when, monotonic ms. */
  #reopenAt: number | undefined;

  /** Throws what `openDatabase` throws. */
  constructor(options: BufferOptions, listener: Listener) {
    this.#options = options;
    this.#listener = listener;
    this.#store = openOrSalvage(options);
  }

  /** What is known of the file; to look into it or to change it there is `use`. */
  get store(): Store {
    return this.#store;
  }

  /** Why the file could not be used the last time; empty when it could. */
  get fault(): string {
    return this.#fault;
  }

  get mustReopen(): boolean {
    return this.#reopenAt !== undefined;
  }

  /** Does something with the file. Throws what it throws, and SQLite's errors. */
  use<T>(work: (store: Store) => T): T {
    try {
      if (this.#reopenAt !== undefined) this.#reopen(this.#reopenAt);
      const result = this.#workSalvaging(work);
      this.#fault = '';
      return result;
    } catch (fault) {
      this.#fault = codeOf(fault) || messageOf(fault);
      if (isDiskFault(fault)) this.#reopenAt = this.#now() + reopenEveryMs;
      if (this.mustReopen) this.#listener.failed();
      throw fault;
    }
  }

  /** Lets go of the file, whatever it throws. */
  close(): void {
    try {
      if (this.mustReopen) this.#store.closeFailed();
      else this.#store.close();
    } finally {
      this.#store.abandon();
    }
  }

  #workSalvaging<T>(work: (store: Store) => T): T {
    try {
      return work(this.#store);
    } catch (fault) {
      if (!isDamage(fault)) throw fault;
      this.#replace(() => {
        this.#store.abandon();
        return salvage(this.#options, fault);
      });
      return work(this.#store);
    }
  }

  #reopen(at: number): void {
    if (this.#now() < at) throw new Error('its disk has failed');
    this.#replace(() => {
      this.#store.closeFailed();
      return openOrSalvage(this.#options);
    });
    this.#options.log.warn('The buffer was opened anew after its disk had failed', { file: this.#options.file });
  }

  /** Should that fail, it is tried again. */
  #replace(open: () => Store): void {
    this.#reopenAt = this.#now() + reopenEveryMs;
    const before = this.#store;
    this.#store = open();
    this.#reopenAt = undefined;
    for (const [destination, feed] of before.feeds) {
      for (const epoch of feed.epochs) {
        for (const outgoing of epoch.inFlight()) this.#store.feeds.get(destination)?.resume(outgoing);
      }
    }
    this.#listener.replaced();
  }

  #now(): number {
    return this.#options.clock.moment().monotonic;
  }
}
