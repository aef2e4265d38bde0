/** Text laid out for a terminal, where a Chinese character or kana takes two columns. */

import type { Text } from '../../shared/text.ts';

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u;
/** Closing marks, which never begin a line (JIS X 4051). */
const CLOSING = /^[、。，．・：；？！）」』】〕］｝ーぁぃぅぇぉっゃゅょァィゥェォッャュョ…]/u;
/** Opening marks, which never end one. */
const OPENING = /[（「『【〔［｛]$/u;

/** Several texts, a line each. */
export function inLines(texts: readonly Text[]): Text {
  return { code: 'lines', en: texts.map(({ en }) => en).join('\n'), ja: texts.map(({ ja }) => ja).join('\n') };
}

/** Columns that `text` takes. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** At most so many columns of it, with an ellipsis if it is longer. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (width(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Rows as lines, each column as wide as its widest cell. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, i) => padded(cell, widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The lines of `text`, broken at blanks and between Japanese characters. A word that is too long stays whole. */
export function wrapped(text: string, columns: number): string[] {
  return text.split('\n').flatMap((line) => wrappedLine(line, columns));
}

/** The same with `first` before the first line and as many blanks before the others. */
export function hanging(first: string, text: string, columns: number): string[] {
  const indent = ' '.repeat(width(first));
  return wrapped(text, columns - width(first)).map((line, i) => (i === 0 ? first : indent) + line);
}

function wrappedLine(line: string, columns: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const piece of pieces(line)) {
    if (current !== '' && width(current + piece.trimEnd()) > columns) {
      lines.push(current.trimEnd());
      current = piece.trimStart();
    } else {
      current += piece;
    }
  }
  return [...lines, current.trimEnd()];
}

/** What must stay on one line: words with their blanks, and Japanese characters with the marks that cling to them. */
function pieces(line: string): string[] {
  const found: string[] = [];
  for (const part of line.match(/\s+|[^\s]/gu) ?? []) {
    const last = found.at(-1);
    const clings =
      last !== undefined &&
      (part.trim() === '' ||
        CLOSING.test(part) ||
        OPENING.test(last) ||
        (!/\s$/u.test(last) && !WIDE.test(part) && !WIDE.test(last.slice(-1))));
    if (clings) found[found.length - 1] = last + part;
    else found.push(part);
  }
  return found;
}
