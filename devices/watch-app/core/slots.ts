/**
 * The slots in which the phone listens: half minutes of the clock, the same for every phone, in each of which it listens for some seconds.
 * They are the only times that leave the phone: a sighting has its slot's, and a sighting of nothing that of a slot drawn from them. Finer
 * ones would have a beat by which the uploads of one phone could be known.
 *
 * They follow the clock alone, whether the phone listens in them or rests. Bound: the last `maxSlots` are kept.
 */
import type { Place } from '../../../shared/enrolment/tag-id.ts';
import { fraction, oneOf } from './chance.ts';
import type { Chance } from './surroundings.ts';

export interface Slot {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Uploads made since it ended; undefined while it lasts. */
  age: number | undefined;
  place: Place | undefined;
}

/** About a quarter of an hour. */
export const maxSlots = 32;
/** How many of the sightings of nothing seem to have waited for their upload, as a sighting may that found no room in an earlier one. */
const shareOfLate = 0.25;
/** A timer may wake a little before its time. */
const earlyMs = 500;

export class Slots {
  #kept: Slot[] = [];

  /** The slot of this moment. `wall`: epoch ms. */
  begin(wall: number, ms: number): Slot {
    const from = Math.floor((wall + earlyMs) / ms) * ms;
    const slot: Slot = { from, to: from + ms, age: undefined, place: undefined };
    this.#kept = [...this.#kept, slot].slice(-maxSlots);
    return slot;
  }

  end(slot: Slot): void {
    slot.age ??= 0;
  }

  has(slot: Slot): boolean {
    return this.#kept.includes(slot);
  }

  /** For a sighting of nothing; undefined if none has ended yet. */
  draw(chance: Chance): Slot | undefined {
    const fresh = this.#kept.filter(({ age }) => age === 0);
    const late = this.#kept.filter(({ age = 0 }) => age > 0);
    const isLate = fraction(chance) < shareOfLate;
    const [first, second] = isLate ? [late, fresh] : [fresh, late];
    return oneOf(first, chance) ?? oneOf(second, chance);
  }

  /** An upload has been made. */
  grow(): void {
    for (const slot of this.#kept) if (slot.age !== undefined) slot.age++;
  }

  forget(): void {
    this.#kept = [];
  }
}
