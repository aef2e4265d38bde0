/**
 * The buffer's file in use: whatever the disk does, there is a store to continue with.
 *
 * If a page turns out damaged, the file is salvaged and the work is repeated. So it is if the file or its log has been cut
 * short (file-watch.ts); if one was deleted or replaced, everything in it is written anew. If the disk fails (SQLITE_IOERR, a failed fsync
 * among them), the work fails; before anything else is done the log is rewritten, emptied into the file and the file
 * reopened, at most once in `reopenEveryMs`. What is in flight stays in flight. The log, in which what was delivered is still
 * readable, is emptied within `emptyLogWithinMs`.
 */
import { codeOf, messageOf } from '../../shared/errors.ts';
import type { BufferOptions } from './buffer-options.ts';
import { corruption, isDamage, isDiskFault } from './database.ts';
import { FileWatch } from './file-watch.ts';
import { openOrSalvage, rescue, salvage } from './salvage/salvage.ts';
import { knownTo } from './salvage/take-over.ts';
import type { Store } from './store.ts';
import { Timer } from './timer.ts';

/** Between attempts to open a file whose disk fails. */
export const reopenEveryMs = 1_000;

const emptyLogWithinMs = 600_000;

interface Listener {
  /** Another store has replaced the previous one. */
  replaced(): void;
  /** The file must be reopened: call `use` in `reopenEveryMs`. */
  failed(): void;
}

/** The disk failed a moment ago: `message` is the fault that is already known. */
class TooEarly extends Error {}

export class LiveFile {
  #options: BufferOptions;
  readonly #listener: Listener;
  readonly #watch: FileWatch;
  readonly #logTimer: Timer;
  #mustEmptyLog = false;
  #store: Store;
  #fault = '';
  /** When to reopen the file, monotonic ms; undefined while it need not be. */
  #reopenAt: number | undefined;

  /** Throws what `openDatabase` throws. */
  constructor(options: BufferOptions, listener: Listener) {
    this.#options = options;
    this.#listener = listener;
    this.#store = openOrSalvage(options);
    this.#watch = new FileWatch(options.file);
    this.#logTimer = new Timer(options.clock);
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
      else this.#followFile();
      const result = this.#workSalvaging(work);
      this.#fault = '';
      this.#emptyLogLater();
      return result;
    } catch (fault) {
      if (!(fault instanceof TooEarly)) this.#fault = codeOf(fault) || messageOf(fault);
      if (isDiskFault(fault)) this.#reopenAt = this.#now() + reopenEveryMs;
      if (this.mustReopen) this.#listener.failed();
      throw fault;
    } finally {
      this.#watch.note();
    }
  }

  /** Closes the file in any case, whatever it throws. */
  close(): void {
    this.#logTimer.end();
    try {
      if (this.mustReopen) this.#store.closeFailed();
      else this.#store.close();
    } finally {
      this.#store.abandon();
    }
  }

  /** Replaces a damaged file by what can be read of it. Throws what `use` throws. */
  salvage(fault: unknown): void {
    const before = this.#store;
    this.#replace(() => {
      before.abandon();
      return salvage(this.#options, fault, knownTo(before));
    });
  }

  /** Opens the file again, with other outboxes. What is in flight stays so. Throws what `openDatabase` throws. */
  openAgain(options: BufferOptions): void {
    this.#options = options;
    this.#replace(() => {
      this.#store.close();
      return openOrSalvage(this.#options);
    });
    this.#watch.note();
  }

  #emptyLogLater(): void {
    if (this.#mustEmptyLog) return;
    this.#mustEmptyLog = true;
    this.#logTimer.set(emptyLogWithinMs, () => {
      try {
        this.use((store) => store.emptyLog());
      } catch {
        // `use` has noted why
      }
      this.#mustEmptyLog = false;
    });
  }

  #workSalvaging<T>(work: (store: Store) => T): T {
    try {
      return work(this.#store);
    } catch (fault) {
      if (!isDamage(fault)) throw fault;
      this.salvage(fault);
      return work(this.#store);
    }
  }

  #followFile(): void {
    const changed = this.#watch.changed();
    if (changed === 'cut') this.salvage(corruption('the file or its log was cut short while it was in use'));
    else if (changed !== undefined) this.#rescue(changed);
  }

  /** If it fails, SQLite still has everything, and it is tried again. */
  #rescue(gone: 'file-gone' | 'log-gone'): void {
    try {
      this.#replace(() => rescue(this.#options, this.#store, gone));
    } catch (fault) {
      this.#reopenAt = undefined;
      throw fault;
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
      for (const queue of outbox.queues) {
        for (const outgoing of queue.inFlight()) this.#store.outboxes.get(destination)?.resume(outgoing);
      }
    }
    this.#listener.replaced();
  }

  #now(): number {
    return this.#options.clock.moment().monotonic;
  }
}
