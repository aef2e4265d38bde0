/**
 * Copies of a frame that come after it was gathered and answered, through a station with a slower line.
 *
 * A class A device sends nothing, not even the same frame again, before its second receive window has opened. So what comes
 * until then, by the clock of its station, is the same transmission, and is not answered again. In memory only. Bound: `maxRemembered` frames; of more the
 * oldest is forgotten.
 */
import { betweenWindowsMs } from '../ports/radio.ts';

const maxRemembered = 10_000;

export class LateCopies {
  /** By frame: until when a copy may come, monotonic ms. */
  readonly #until = new Map<string, number>();

  /** A transmission was heard first at `arrivedAt`, monotonic ms; its RX1 opens after `delayMs`. */
  heard(frame: string, arrivedAt: number, delayMs: number): void {
    this.#until.delete(frame);
    const [oldest] = this.#until.keys();
    if (this.#until.size >= maxRemembered && oldest !== undefined) this.#until.delete(oldest);
    this.#until.set(frame, arrivedAt + delayMs + betweenWindowsMs);
  }

  isLate(frame: string, arrivedAt: number): boolean {
    return arrivedAt < (this.#until.get(frame) ?? Number.NEGATIVE_INFINITY);
  }
}
