/** How old the open set is: when its first reading came, and when it must be sealed. Only while someone takes. */
import type { Clock } from '../../shared/clock.ts';
import { earlyMs } from './clock-wait.ts';
import { Timer } from './timer.ts';

interface Watched {
  readonly clock: Clock;
  readonly batchAgeMs: number;
  isTaken(): boolean;
  /** How long to wait before a retry, since the file failed. */
  pauseMs(): number;
  /** It has come of age. */
  due(): void;
}

export class OpenAge {
  readonly #watched: Watched;
  readonly #timer: Timer;
  /** When the oldest reading of the open set came, monotonic ms. */
  #since: number | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#timer = new Timer(watched.clock);
  }

  /** The set holds `size` readings, and it is not known since when. */
  found(size: number): void {
    this.#since = size > 0 ? (this.#since ?? this.#now()) : undefined;
  }

  /** Another file has replaced it. */
  replaced(size: number): void {
    this.#since = undefined;
    this.found(size);
  }

  /**
   * `added` readings have come to those that were open `before`; `size` are open now, the others were sealed. `since`: when the first of
   * the last so many came, which may have waited for their commit.
   */
  grown(size: number, before: number, added: number, since: (count: number) => number): void {
    const hasStartedOver = before === 0 || size < before + added;
    if (size === 0) this.#since = undefined;
    else if (hasStartedOver || this.#since === undefined) this.#since = since(size);
  }

  /** `comingAt`: when the first of those came that are about to be added. */
  isOfAge(comingAt: number | undefined): boolean {
    const since = this.#since ?? comingAt;
    const { batchAgeMs, isTaken } = this.#watched;
    return isTaken() && since !== undefined && this.#now() - since >= batchAgeMs - earlyMs;
  }

  /** Calls `due` when the set comes of age. */
  watch(): void {
    const { batchAgeMs, isTaken, pauseMs, due } = this.#watched;
    if (this.#since === undefined || !isTaken()) this.#timer.cancel();
    else this.#timer.set(Math.max(pauseMs(), this.#since + batchAgeMs - this.#now()), due);
  }

  end(): void {
    this.#timer.end();
  }

  #now(): number {
    return this.#watched.clock.moment().monotonic;
  }
}
