/**
 * A CSV file (RFC 4180) as rows of cells. Empty rows are left out.
 *
 * Bounds: `maxRows` rows, `maxCells` cells in each, and what is beyond is not read; a quote that is not closed within `maxQuoted` characters is
 * a character like any other, so that it cannot swallow the rows after it.
 */
import { maxCells } from './grid.ts';
import type { Grid } from './html-page.ts';

export const maxRows = 5_000;
const maxQuoted = 2_000;

export function csvGrid(text: string, separator: string): Grid {
  const rows: string[][] = [];
  let row: string[] = [];
  const endRow = () => {
    if (row.some((cell) => cell.trim() !== '')) rows.push(row);
    row = [];
  };
  for (let at = 0; at <= text.length && rows.length < maxRows; at++) {
    const { cell, end } = cellAt(text, at, separator);
    if (row.length < maxCells) row.push(cell);
    at = end;
    if (text[at] === separator) continue;
    endRow();
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
  }
  return rows;
}

/** The cell that begins here, and where the separator or line end behind it is. */
function cellAt(text: string, at: number, separator: string): { readonly cell: string; readonly end: number } {
  const closing = text[at] === '"' ? closingQuote(text, at) : -1;
  let end = closing < 0 ? at : closing + 1;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
  if (closing < 0) return { cell: text.slice(at, end), end };
  return { cell: text.slice(at + 1, closing).replaceAll('""', '"') + text.slice(closing + 1, end), end };
}

function closingQuote(text: string, opening: number): number {
  const last = Math.min(text.length, opening + maxQuoted);
  for (let at = opening + 1; at < last; at++) {
    if (text[at] !== '"') continue;
    if (text[at + 1] !== '"') return at;
    at++;
  }
  return -1;
}
