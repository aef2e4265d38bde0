/**
 * One thing to be done later. Setting it anew takes the place of what was set before.
 *
 * A sleep that has begun is kept: when it ends too early it is followed by another, and when nothing is due any more it ends
 * without a word. To give up a sleep costs an exception, and a busy buffer sets its timers thousands of times a second.
 */
import type { Clock } from '../../shared/clock.ts';

/** A sleep may end this much before its time, by another clock than ours. */
const earlyMs = 1;

export class Timer {
  readonly #clock: Clock;
  readonly #end = new AbortController();
  #dueAt = Number.POSITIVE_INFINITY;
  #action: () => void = () => {};
  /** When the sleeps that have begun end: each earlier than the one before it, so that they are few. */
  readonly #wakings = new Set<number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `action`, which must not throw, in `ms` milliseconds. */
  set(ms: number, action: () => void): void {
    this.#action = action;
    this.#dueAt = this.#clock.moment().monotonic + ms;
    this.#sleepUntilDue();
  }

  /** Nothing is due any more. */
  cancel(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  /** Nothing will ever be due again: no sleep is left. */
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
