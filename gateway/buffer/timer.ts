/** One thing to be done later. Setting it anew takes the place of what was set before, so that no waits pile up. */
import type { Clock } from '../../shared/clock.ts';

export class Timer {
  readonly #clock: Clock;
  #armed = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `action`, which must not throw, in `ms` milliseconds. */
  set(ms: number, action: () => void): void {
    this.cancel();
    const armed = new AbortController();
    this.#armed = armed;
    void this.#clock.sleep(ms, armed.signal).then(() => {
      if (!armed.signal.aborted) action();
    });
  }

  cancel(): void {
    this.#armed.abort();
  }
}
