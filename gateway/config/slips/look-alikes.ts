/** Characters that a Japanese keyboard, a word processor or a web page puts where TOML wants a plain one. */

import { DASHES } from './words.ts';

/** What stands for the double quote of TOML. */
export const QUOTES = '"\'“”„‟‘’‚‛＂＇「」『』«»`´′″〝〞〟';
const OPENING = '［【〔（';
const CLOSING = '］】〕）';
/** White space that is not the blank, the tab or an end of line. */
const SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/;
/** Nothing of it is seen: zero-width characters, byte order marks in the middle, soft hyphens, marks of direction. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/;

/** What no text of a configuration has on purpose, within quotes either. Joiners and marks of direction may be meant there. */
export const SURELY_HIDDEN = /[\u00ad\u200b\u2060\ufeff]/;

/** The character that was meant: the same one if it is plain, "" for one that should not be there. */
export function plain(character: string): string {
  if (character === '' || isInvisible(character)) return '';
  if (SPACE.test(character)) return ' ';
  if (DASHES.includes(character)) return '-';
  if (OPENING.includes(character)) return '[';
  if (CLOSING.includes(character)) return ']';
  if (character === '、') return ',';
  if (character === '。') return '.';
  if (character === '※') return '#';
  const isFullWidth = character >= '\uff01' && character <= '\uff5e';
  return isFullWidth && !QUOTES.includes(character) ? character.normalize('NFKC') : character;
}

/** A whole text of them. */
export function plainText(text: string): string {
  return Array.from(text, plain).join('');
}

export function isInvisible(character: string): boolean {
  return INVISIBLE.test(character);
}

export function isOtherSpace(character: string): boolean {
  return SPACE.test(character);
}

export function isQuote(character: string): boolean {
  return character !== '' && QUOTES.includes(character);
}

/** "U+200B", for one that cannot be shown. */
export function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
