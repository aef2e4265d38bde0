/**
 * Batches and gaps that got no receipt although others did: they are tried again beside the others, each less and less often, and one at
 * a time. At most `maxPassedOver` are held here.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Receipt } from '../../shared/feed/receipt.ts';

/** Between tries; it doubles. */
const REST = { firstMs: 10_000, maxMs: 1_800_000 };
const maxPassedOver = 64;

export class PassedOver {
  readonly #clock: Clock;
  #count = 0;
  /** The latest try; the next waits for it. */
  #lastTry: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count >= maxPassedOver;
  }

  /** Calls `send` until it resolves with a receipt; undefined if the signal aborts first. `send` never rejects. */
  async tryNowAndThen(send: () => Promise<Receipt | undefined>, signal: AbortSignal): Promise<Receipt | undefined> {
    let receipt: Receipt | undefined;
    this.#count++;
    for (let pauseMs = REST.firstMs; !signal.aborted; pauseMs = Math.min(REST.maxMs, pauseMs * 2)) {
      await this.#clock.sleep(pauseMs, signal);
      const attempt = this.#lastTry.then(() => (signal.aborted ? undefined : send()));
      this.#lastTry = attempt.then(() => {});
      receipt = await attempt;
      if (receipt !== undefined) break;
    }
    this.#count--;
    return receipt;
  }
}
