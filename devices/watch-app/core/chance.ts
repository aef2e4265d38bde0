/** Draws from random bytes. */
import type { Chance } from './surroundings.ts';

export const realChance: Chance = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));

/** From 0 to below 1. */
export function fraction(chance: Chance): number {
  return new DataView(Uint8Array.from(chance(4)).buffer).getUint32(0) / 2 ** 32;
}

/** Each item as likely as another; undefined only if there is none. */
export function oneOf<T>(items: readonly T[], chance: Chance): T | undefined {
  return items[Math.floor(fraction(chance) * items.length)];
}

/** Each item as often as its share of all; undefined only if there is none. */
export function oneByShare<T extends { readonly share: number }>(items: readonly T[], chance: Chance): T | undefined {
  let left = fraction(chance) * items.reduce((sum, { share }) => sum + share, 0);
  for (const item of items) {
    left -= item.share;
    if (left < 0) return item;
  }
  return items.at(-1);
}

/** A new array (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], chance: Chance): T[] {
  const rest = [...items];
  const drawn: T[] = [];
  while (rest.length > 0) drawn.push(...rest.splice(Math.floor(fraction(chance) * rest.length), 1));
  return drawn;
}

/** Between half of `ms` and all of it. */
export function jittered(ms: number, chance: Chance): number {
  return ms * (0.5 + fraction(chance) / 2);
}
