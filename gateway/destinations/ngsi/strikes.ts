/**
 * Entities on which the broker failed alone with an error of its own (500, 503): the entity, or the broker?
 *
 * A strike counts only if the broker has taken something since the last one. Bound: `maxStruck` entities, then the oldest is forgotten.
 */

const maxStrikes = 3;
const maxStruck = 1_000;

interface Struck {
  readonly strikes: number;
  /** How many requests the broker had taken by then; each taken after it lets the next strike count. */
  readonly takenBefore: number;
}

export class Strikes {
  readonly #struck = new Map<string, Struck>();

  /** It failed again, after the broker has taken so many requests. True if it is the entity. */
  strike(id: string, taken: number): boolean {
    const { strikes, takenBefore } = this.#struck.get(id) ?? { strikes: 0, takenBefore: -1 };
    const now = strikes + (taken > takenBefore ? 1 : 0);
    this.#struck.delete(id);
    if (now >= maxStrikes) return true;
    this.#put(id, { strikes: now, takenBefore: taken });
    return false;
  }

  /** It has been shown to be the entity; which reading of it, the next strike tells. */
  expectAnother(id: string): void {
    this.#put(id, { strikes: maxStrikes - 1, takenBefore: -1 });
  }

  forget(id: string): void {
    this.#struck.delete(id);
  }

  /** Whether it may go with others: after a single strike it may have been the broker. */
  mayJoin(id: string): boolean {
    return (this.#struck.get(id)?.strikes ?? 0) < 2;
  }

  #put(id: string, struck: Struck): void {
    this.#struck.set(id, struck);
    const [oldest] = this.#struck.keys();
    if (this.#struck.size > maxStruck && oldest !== undefined) this.#struck.delete(oldest);
  }
}
