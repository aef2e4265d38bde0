/**
 * Readings that wait for the clock: when they may leave, and with which time.
 *
 * Once the clock is set they leave with the time corrected by the step it made. Readings of another boot cannot be corrected
 * and leave marked; so do readings of this boot that have waited for `holdMs` while a destination takes (held.ts).
 */
import type { BufferOptions } from './buffer-options.ts';
import { markUnsynchronised, shiftTime, type Which } from './held.ts';
import type { LiveFile } from './live-file.ts';
import type { Store } from './store.ts';
import { Timer } from './timer.ts';

/** How early a timer may fire and still count as due. */
export const earlyMs = 20;

/** What the wait needs of the buffer. */
interface Owner {
  /** Whether anyone takes batches. */
  isTaken(): boolean;
  /** Readings have left the wait: a commit has happened. */
  committed(): void;
  /** Logs a fault instead of throwing it. */
  attempt(action: () => void): void;
}

export class ClockWait {
  readonly #options: BufferOptions;
  readonly #file: LiveFile;
  readonly #owner: Owner;
  readonly #timer: Timer;

  constructor(options: BufferOptions, file: LiveFile, owner: Owner) {
    this.#options = options;
    this.#file = file;
    this.#owner = owner;
    this.#timer = new Timer(options.clock);
  }

  /** Whether any readings have no more reason to wait. */
  get mustLetGo(): boolean {
    const { boot, clock } = this.#options;
    const { held } = this.#file.store;
    return held.size > 0 && (clock.moment().synchronised || held.hasOthersThan(boot));
  }

  /** Lets some of those go, as many as fit into one transaction. Throws SQLite's errors. */
  letGoDue(): void {
    if (!this.mustLetGo) return;
    const { boot, clock } = this.#options;
    const { wall, monotonic, synchronised } = clock.moment();
    if (this.#file.store.held.hasOthersThan(boot)) this.#letGo({ notOfBoot: boot }, markUnsynchronised);
    else if (synchronised) this.#letGo({ boot }, (reading, row) => shiftTime(reading, wall - monotonic - row.offsetMs));
  }

  /** Lets all of them go, marked. Throws SQLite's errors. */
  letGoAll(): void {
    this.#file.use((store) => {
      for (let rows = store.held.rows(); rows.length > 0; rows = store.held.rows()) {
        store.letGo(rows, markUnsynchronised);
      }
    });
  }

  /** Sets the timer for the readings that have waited longest. */
  watch(): void {
    const { boot, holdMs } = this.#options;
    const oldest = this.#owner.isTaken() ? this.#file.store.held.oldestOf(boot) : undefined;
    if (oldest === undefined) {
      this.#timer.cancel();
      return;
    }
    this.#timer.set(Math.max(this.#file.pauseMs, oldest + holdMs - this.#now()), () => {
      const takenBefore = this.#now() - holdMs + earlyMs;
      this.#owner.attempt(() => this.#letGo({ boot, takenBefore }, markUnsynchronised));
      this.watch(); // tries again if the write failed
    });
  }

  end(): void {
    this.#timer.end();
  }

  #letGo(which: Which, change: Parameters<Store['letGo']>[1]): void {
    this.#file.use((store) => {
      store.letGo(store.held.rows(which), change);
    });
    this.#owner.committed();
  }

  #now(): number {
    return this.#options.clock.moment().monotonic;
  }
}
