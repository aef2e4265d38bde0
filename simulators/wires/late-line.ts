/**
 * What comes late on a wire, in the order in which it was written. Lost is what is written while nobody has the near end open, or while
 * `maxLateFrames` are on their way; and so are all when the signal aborts. What is lost for want of a reader takes its time all the same,
 * and `lost` hears of it: what a device says must not depend on who listens.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Wire } from './wire.ts';

const maxLateFrames = 1_024;

export interface LateLineOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Hears what was said while nobody had the near end open, when it would have come. */
  lost?(bytes: Uint8Array): void;
}

export class LateLine {
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #lost: (bytes: Uint8Array) => void;
  #onTheirWay = 0;
  #emptyAtMs = Number.NEGATIVE_INFINITY;
  #last = Promise.resolve();

  constructor(wire: Wire, { clock, signal, lost = () => {} }: LateLineOptions) {
    this.#wire = wire;
    this.#clock = clock;
    this.#signal = signal;
    this.#lost = lost;
  }

  /** When everything so far has come, monotonic. */
  get emptyAtMs(): number {
    return this.#emptyAtMs;
  }

  /** Whether it is on the wire or on its way. */
  write(bytes: Uint8Array, lateMs: number): boolean {
    if (lateMs <= 0 && this.#onTheirWay === 0) return this.#wire.write(bytes);
    const { isOpen } = this.#wire;
    return this.#send(lateMs, () => (isOpen ? this.#wire.write(bytes) : this.#lost(bytes))) && isOpen;
  }

  /** As `write`, of what follows something that was lost. */
  lose(bytes: Uint8Array, lateMs: number): void {
    if (lateMs <= 0 && this.#onTheirWay === 0) this.#lost(bytes);
    else this.#send(lateMs, () => this.#lost(bytes));
  }

  /** Whether there was room. */
  #send(lateMs: number, arrive: () => void): boolean {
    if (this.#onTheirWay >= maxLateFrames) return false;
    this.#onTheirWay++;
    this.#emptyAtMs = Math.max(this.#emptyAtMs, this.#clock.moment().monotonic + lateMs);
    const dueAtMs = this.#emptyAtMs;
    this.#last = this.#last.then(() => this.#bring(arrive, dueAtMs));
    return true;
  }

  async #bring(arrive: () => void, dueAtMs: number): Promise<void> {
    const afterMs = dueAtMs - this.#clock.moment().monotonic;
    if (afterMs > 0) await this.#clock.sleep(afterMs, this.#signal);
    if (!this.#signal.aborted) arrive();
    this.#onTheirWay--;
  }
}
