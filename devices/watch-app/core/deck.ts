/**
 * Whose sightings an upload has: operators are dealt from a shuffled deck, upload after upload, before anybody looks at what was heard. So
 * how often an operator stands in an upload tells nothing; and each gets its turn at the latest after as many places as there are operators,
 * twice over.
 */
import { shuffled } from './chance.ts';
import type { Chance } from './surroundings.ts';

export class Deck {
  #of = '';
  #rest: string[] = [];

  /** `operators`: at least one. */
  deal(operators: readonly string[], count: number, chance: Chance): string[] {
    const of = operators.join(' ');
    if (of !== this.#of) this.#rest = [];
    this.#of = of;
    while (this.#rest.length < count) this.#rest.push(...shuffled(operators, chance));
    return this.#rest.splice(0, count);
  }

  forget(): void {
    this.#rest = [];
  }
}
