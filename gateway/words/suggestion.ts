/** What somebody may have meant. */
import { listed, type Text } from '../../shared/text.ts';
import { say } from './words.ts';

/** A city has thousands of names: more would take long to compare, and to read. */
const maxCompared = 2_000;
const maxListed = 20;

/** "Did you mean baud?", or what there is to choose from. For settings, which can also be removed. */
export function suggestion(word: string, known: readonly string[]): Text {
  const meant = closest(word, known);
  if (meant !== undefined) return say.didYouMean({ meant });
  return known.length === 0 ? say.removeIt() : say.removeItOrUseOneOf({ known: listed(known.slice(0, maxListed)) });
}

/** The same for a name that must be a known one, of any number; `none` says what to do if nothing is known. */
export function suggestedName(name: string, known: readonly string[], none: Text): Text {
  const names = [...new Set(known)];
  const meant = closest(name, names);
  if (meant !== undefined) return say.didYouMean({ meant });
  return names.length === 0 ? none : say.useOneOf({ known: listed(names.slice(0, maxListed)) });
}

/** The closest of `words`, if it differs from `word` in at most a third of its letters, or in one. Case and width do not count. */
export function closest(word: string, words: readonly string[]): string | undefined {
  const folded = fold(word);
  const ranked = words
    .slice(0, maxCompared)
    .map((candidate) => ({ candidate, distance: editDistance(folded, fold(candidate)) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, word.length / 3) ? best.candidate : undefined;
}

function fold(word: string): string {
  return word.normalize('NFKC').toLowerCase();
}

/** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let above: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const substitute = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      const isSwapped = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j];
      const swap = isSwapped ? (above[j - 1] ?? 0) + 1 : substitute;
      next.push(Math.min(substitute, swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    above = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
