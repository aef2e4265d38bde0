/**
 * A quantity that a simulated device senses: what the world says, or what somebody has set.
 *
 * A sense is a pure function of the seconds since the rig began, so that a seed tells everything that a device will say.
 */

/** By seconds since the rig began; undefined: nothing to be sensed (no echo, no satellite). */
export type Sense = (seconds: number) => number | undefined;

export class Quantity {
  readonly #world: Sense;
  #set: { readonly value: number } | undefined;

  constructor(world: Sense) {
    this.#world = world;
  }

  at(seconds: number): number | undefined {
    return this.#set === undefined ? this.#world(seconds) : this.#set.value;
  }

  /** From now on, whatever the world says. */
  set(value: number): void {
    this.#set = { value };
  }

  /** The world is sensed again. */
  free(): void {
    this.#set = undefined;
  }

  get isSet(): boolean {
    return this.#set !== undefined;
  }
}
