/**
 * What comes late on a wire, in the order in which it was written. Lost is what is written while nobody has the near end open, or while
 * `maxLateFrames` are on their way; and so are all when the signal aborts.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Wire } from './wire.ts';

const maxLateFrames = 1_024;

export class LateLine {
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #onTheirWay = 0;
  #emptyAtMs = Number.NEGATIVE_INFINITY;
  #last = Promise.resolve();

  constructor(wire: Wire, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }) {
    this.#wire = wire;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** When everything so far has come, monotonic. */
  get emptyAtMs(): number {
    return this.#emptyAtMs;
  }

  /** Whether it is on the wire or on its way. */
  write(bytes: Uint8Array, lateMs: number): boolean {
    const now = this.#clock.moment().monotonic;
    if (lateMs <= 0 && this.#onTheirWay === 0) return this.#wire.write(bytes);
    if (this.#onTheirWay >= maxLateFrames || !this.#wire.isOpen) return false;
    this.#onTheirWay++;
    this.#emptyAtMs = Math.max(this.#emptyAtMs, now + lateMs);
    const dueAtMs = this.#emptyAtMs;
    this.#last = this.#last.then(() => this.#bring(bytes, dueAtMs));
    return true;
  }

  async #bring(bytes: Uint8Array, dueAtMs: number): Promise<void> {
    const afterMs = dueAtMs - this.#clock.moment().monotonic;
    if (afterMs > 0) await this.#clock.sleep(afterMs, this.#signal);
    if (!this.#signal.aborted) this.#wire.write(bytes);
    this.#onTheirWay--;
  }
}
