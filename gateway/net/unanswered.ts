/**
 * Questions whose answers come later, by another route, or never. Bound: `max` pending; one more settles the oldest as
 * unanswered.
 */
import type { Clock } from '../../shared/clock.ts';

export class Unanswered<Key, Answer> {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #none: Answer;
  readonly #settle = new Map<Key, (answer: Answer) => void>();

  /** `none` stands for no answer. */
  constructor(clock: Clock, max: number, none: Answer) {
    this.#clock = clock;
    this.#max = max;
    this.#none = none;
  }

  /** Asks, and resolves with the answer, or with none after `withinMs`. */
  async ask(key: Key, withinMs: number, ask: () => void): Promise<Answer> {
    const [oldest] = this.#settle.keys();
    if (this.#settle.size >= this.#max && oldest !== undefined) this.answer(oldest, this.#none);
    const answer = new Promise<Answer>((resolve) => this.#settle.set(key, resolve));
    const waiting = new AbortController();
    void this.#clock.sleep(withinMs, waiting.signal).then(() => this.answer(key, this.#none));
    ask();
    const answered = await answer;
    waiting.abort();
    return answered;
  }

  /** Settles a pending question; ignored if none is pending. */
  answer(key: Key, answer: Answer): void {
    this.#settle.get(key)?.(answer);
    this.#settle.delete(key);
  }

  /** Settles all of them as unanswered. */
  end(): void {
    for (const key of this.#settle.keys()) this.answer(key, this.#none);
  }
}
