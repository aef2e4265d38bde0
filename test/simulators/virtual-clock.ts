import type { Clock, Moment } from '../../shared/clock.ts';

interface Sleep {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is moved on. */
export class VirtualClock implements Clock {
  synchronised = true;
  #origin: number;
  #monotonic = 0;
  #sleeps: Sleep[] = [];

  constructor(at = '2026-01-15T03:00:00.000Z') {
    this.#origin = Date.parse(at);
  }

  moment(): Moment {
    return { wall: this.#origin + this.#monotonic, monotonic: this.#monotonic, synchronised: this.synchronised };
  }

  /** Somebody sets it: wall minus monotonic ms. */
  setTo(offsetMs: number): void {
    this.#origin = offsetMs;
    this.synchronised = true;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = () => {
        this.#sleeps = this.#sleeps.filter((other) => other !== sleep);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleep = { until: this.#monotonic + ms, wake };
      this.#sleeps.push(sleep);
      signal.addEventListener('abort', wake);
    });
  }

  /** Moves on, and lets everyone who wakes on the way do what they do. */
  async advance(ms: number): Promise<void> {
    const target = this.#monotonic + ms;
    await settled();
    for (;;) {
      const next = this.#sleeps.toSorted((a, b) => a.until - b.until)[0];
      if (!next || next.until > target) break;
      this.#monotonic = Math.max(this.#monotonic, next.until);
      next.wake();
      await settled();
    }
    this.#monotonic = target;
  }
}

/** Everything that was ready to go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
