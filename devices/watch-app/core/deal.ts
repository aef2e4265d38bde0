/**
 * Whose sightings an upload has: dealt from shuffled decks of all operators before anybody looks at what was heard, and anew for each upload.
 * So how often an operator stands in it tells nothing, neither of what was heard nor of the upload before. Of up to `count` operators none
 * is left out.
 */
import { shuffled } from './chance.ts';
import type { Chance } from './surroundings.ts';

/** `operators`: at least one. */
export function deal(operators: readonly string[], count: number, chance: Chance): string[] {
  const dealt: string[] = [];
  while (dealt.length < count) dealt.push(...shuffled(operators, chance));
  return shuffled(dealt.slice(0, count), chance);
}
