/**
 * A subscription that a gateway may do without, and for which some brokers close the connection: its own birth, the operators' list, orders.
 *
 * Promise: it is asked for as long as the gateway runs, since a thin link loses connections too and an access control list is mended one day.
 *
 * Bounds: once at the start of each session. Once `maxLosses` connections were lost while it was asked for, sessions leave it out for a pause, which
 * is `firstPauseMs` and doubles with each further loss up to `maxPauseMs`. A session that goes on without it asks every `maxPauseMs`.
 */
export const maxLosses = 3;
export const firstPauseMs = 60_000;
export const maxPauseMs = 3_600_000;

export class AskedFor {
  #losses = 0;
  /** Monotonic ms. */
  #askedAt = Number.NEGATIVE_INFINITY;

  /** `isNew`: at the start of a session. */
  isDue(now: number, isNew: boolean): boolean {
    const pauseMs = this.#losses < maxLosses ? 0 : firstPauseMs * 2 ** (this.#losses - maxLosses);
    return now - this.#askedAt >= (isNew ? Math.min(pauseMs, maxPauseMs) : maxPauseMs);
  }

  asked(now: number): void {
    this.#askedAt = now;
  }

  granted(): void {
    this.#losses = 0;
  }

  /** The connection was lost meanwhile. */
  lost(): void {
    this.#losses++;
  }
}
