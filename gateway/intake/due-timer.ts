/** Has a decoder called when it next wants to be. One sleep at a time. */
import type { Decoder } from '../../devices/device-type.ts';
import type { Clock } from '../../shared/clock.ts';

const NEVER = Number.POSITIVE_INFINITY;

export class DueTimer {
  readonly #decoder: Pick<Decoder, 'dueAt'>;
  readonly #clock: Clock;
  readonly #due: () => void;
  #dueAt = NEVER;
  #sleep = new AbortController();

  /** `due` is called when the time has come, and arms again. */
  constructor(decoder: Pick<Decoder, 'dueAt'>, clock: Clock, due: () => void) {
    this.#decoder = decoder;
    this.#clock = clock;
    this.#due = due;
  }

  /** To be called after every call of the decoder. */
  arm(): void {
    const dueAt = this.#decoder.dueAt?.() ?? NEVER;
    if (dueAt === this.#dueAt) return;
    this.stop();
    if (dueAt === NEVER) return;
    this.#dueAt = dueAt;
    const sleep = new AbortController();
    this.#sleep = sleep;
    void this.#clock.sleep(Math.max(0, dueAt - this.#clock.moment().monotonic), sleep.signal).then(() => {
      if (sleep.signal.aborted) return;
      this.#dueAt = NEVER;
      this.#due();
    });
  }

  stop(): void {
    this.#dueAt = NEVER;
    this.#sleep.abort();
  }
}
