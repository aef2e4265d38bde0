/**
 * Detects another box that uses this gateway's name: a copied card, or two gateways with one id.
 *
 * A broker allows one client of a name, so the two disconnect each other in turn, and each finds the other's retained birth when
 * it connects. A birth that this process did not publish, dated since its start, is another box's. A single one may come
 * from a clock that was wrong, so it takes two.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Birth } from '../../../shared/feed/birth.ts';

/** A rival that has not been heard for this long is gone. */
const goneAfterMs = 30 * 60_000;
/** Own births remembered, so that the broker's echo of them is recognised. */
const maxOwn = 16;

export class Rival {
  readonly #clock: Clock;
  readonly #startedAt: number;
  /** Times of the own births. */
  #own: readonly number[] = [];
  /** The last foreign birth. */
  #heard: { readonly at: number; readonly monotonic: number } | undefined;
  #isSure = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.moment().monotonic;
  }

  announced({ at }: Pick<Birth, 'at'>): void {
    this.#own = [...this.#own, at].slice(-maxOwn);
  }

  heard({ at }: Pick<Birth, 'at'>): void {
    const { wall, monotonic, synchronised } = this.#clock.moment();
    const sinceStart = monotonic - this.#startedAt;
    if (!synchronised || this.#own.includes(at) || at < wall - sinceStart || at === this.#heard?.at) return;
    this.#isSure = !this.#isGone(monotonic);
    this.#heard = { at, monotonic };
  }

  get isThere(): boolean {
    return this.#isSure && !this.#isGone(this.#clock.moment().monotonic);
  }

  #isGone(now: number): boolean {
    return this.#heard === undefined || now - this.#heard.monotonic > goneAfterMs;
  }
}
