/**
 * The buffer's file in use: whatever the disk does, there is a store to continue with.
 *
 * If a page turns out damaged, the file is salvaged and the work is repeated. If the disk fails (SQLITE_IOERR, a failed fsync
 * among them), the work fails; before anything else is done the log is rewritten, emptied into the file and the file
 * reopened, at most once in `reopenEveryMs`. What is in flight stays in flight.
 */
import { codeOf, messageOf } from '../../shared/errors.ts';
import type { BufferOptions } from './buffer-options.ts';
import { isDamage, isDiskFault } from './database.ts';
import { openOrSalvage, salvage } from './salvage/salvage.ts';
import type { Store } from './store.ts';

/** Between attempts to open a file whose disk fails. */
export const reopenEveryMs = 1_000;

interface Listener {
  /** Another store has replaced the previous one. */
  replaced(): void;
  /** The file must be reopened: call `use` in `reopenEveryMs`. */
  failed(): void;
}

/** The disk failed a moment ago: `message` is the fault that is already known. */
class TooEarly extends Error {}

export class LiveFile {
  readonly #options: BufferOptions;
  readonly #listener: Listener;
  #store: Store;
  #fault = '';
  /** When to reopen the file, monotonic ms; undefined while it need not be. */
  #reopenAt: number | undefined;

  /** Throws what `openDatabase` throws. */
  constructor(options: BufferOptions, listener: Listener) {
    this.#options = options;
    this.#listener = listener;
    this.#store = openOrSalvage(options);
  }

  /** What memory knows of the file. To read or change the file itself, call `use`. */
  get store(): Store {
    return this.#store;
  }

  /** Why the last use failed, in the system's words; empty if it succeeded. */
  get fault(): string {
    return this.#fault;
  }

  get mustReopen(): boolean {
    return this.#reopenAt !== undefined;
  }

  /** How long to wait before a retry. */
  get pauseMs(): number {
    return this.#fault === '' ? 0 : reopenEveryMs;
  }

  /** Runs `work` on the file. Throws what it throws, and SQLite's errors. */
  use<T>(work: (store: Store) => T): T {
    try {
      if (this.#reopenAt !== undefined) this.#reopen(this.#reopenAt);
      const result = this.#workSalvaging(work);
      this.#fault = '';
      return result;
    } catch (fault) {
      if (!(fault instanceof TooEarly)) this.#fault = codeOf(fault) || messageOf(fault);
      if (isDiskFault(fault)) this.#reopenAt = this.#now() + reopenEveryMs;
      if (this.mustReopen) this.#listener.failed();
      throw fault;
    }
  }

  /** Closes the file in any case, whatever it throws. */
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
    if (this.#now() < at) throw new TooEarly(this.#fault);
    this.#replace(() => {
      this.#store.closeFailed();
      return openOrSalvage(this.#options);
    });
    this.#options.log.warn('The buffer was reopened after its disk had failed', { file: this.#options.file });
  }

  /** If opening fails, it is retried later. */
  #replace(open: () => Store): void {
    this.#reopenAt = this.#now() + reopenEveryMs;
    const before = this.#store;
    this.#store = open();
    this.#reopenAt = undefined;
    for (const [destination, outbox] of before.outboxes) {
      for (const epoch of outbox.epochs) {
        for (const outgoing of epoch.inFlight()) this.#store.outboxes.get(destination)?.resume(outgoing);
      }
    }
    this.#listener.replaced();
  }

  #now(): number {
    return this.#options.clock.moment().monotonic;
  }
}
