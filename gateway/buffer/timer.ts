/**
 * One thing to be done later. Setting it again replaces what was set before.
 *
 * A sleep that has begun is kept: if it ends too early another follows, and if nothing is due any more it has no effect.
 * Aborting a sleep costs an exception, and a busy buffer sets its timers thousands of times a second.
 */
import type { Clock } from '../../shared/clock.ts';

/** How early a sleep may end, since it runs on another clock. */
const earlyMs = 1;

export class Timer {
  readonly #clock: Clock;
  readonly #end = new AbortController();
  #dueAt = Number.POSITIVE_INFINITY;
  #action: () => void = () => {};
  /** When the sleeps under way end: each earlier than the one before, so there are few. */
  readonly #wakings = new Set<number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `action` in `ms` milliseconds. It must not throw. */
  set(ms: number, action: () => void): void {
    this.#action = action;
    this.#dueAt = this.#clock.moment().monotonic + ms;
    this.#sleepUntilDue();
  }

  /** The same, unless something is due as soon. */
  setSooner(ms: number, action: () => void): void {
    if (this.#clock.moment().monotonic + ms < this.#dueAt) this.set(ms, action);
  }

  cancel(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  /** Cancels for good and ends all sleeps. */
  end(): void {
    this.cancel();
    this.#end.abort();
  }

  #sleepUntilDue(): void {
    if (this.#dueAt === Number.POSITIVE_INFINITY || this.#end.signal.aborted) return;
    for (const waking of this.#wakings) if (waking <= this.#dueAt) return;
    void this.#sleep(this.#dueAt);
  }

  async #sleep(until: number): Promise<void> {
    this.#wakings.add(until);
    await this.#clock.sleep(until - this.#clock.moment().monotonic, this.#end.signal);
    this.#wakings.delete(until);
    if (this.#clock.moment().monotonic < this.#dueAt - earlyMs) {
      this.#sleepUntilDue();
    } else if (!this.#end.signal.aborted) {
      this.cancel();
      this.#action();
    }
  }
}
