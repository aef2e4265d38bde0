/**
 * Rows of cells and their header: what CSV files and HTML tables have in common.
 *
 * The header is the first row, or two or three rows together ("Level now" under a "Level" that spans several columns), in which all columns of the profile are: so lines
 * before it, and columns that are added or change places, do no harm. Bounds: `maxHeaderRows` are looked at, `maxCells` of a row.
 */
import type { Grid } from './html-page.ts';
import { plain } from './page-words.ts';

export const maxCells = 300;
const maxHeaderRows = 100;
/** Rows that may be a header together. */
const maxHeaderDepth = 3;

export interface Headed {
  /** The columns by name; of two with the same name the first. */
  readonly columns: ReadonlyMap<string, number>;
  readonly body: Grid;
}

export type HeaderFound =
  | ({ readonly ok: true } & Headed)
  | {
      readonly ok: false;
      readonly missing: readonly string[];
      readonly found: number;
      readonly there: readonly string[];
    };

/** Finds the header with these columns; without one, what comes nearest. */
export function headed(grid: Grid, wanted: readonly string[]): HeaderFound {
  const needed = wanted.map(plain);
  let nearest: HeaderFound = { ok: false, missing: wanted, found: -1, there: [] };
  for (let row = 0; row < Math.min(grid.length, maxHeaderRows); row++) {
    for (let depth = 1; depth <= maxHeaderDepth && row + depth <= grid.length; depth++) {
      const columns = columnsOf(grid.slice(row, row + depth));
      const missing = wanted.filter((_, i) => !columns.has(needed[i] ?? ''));
      if (missing.length === 0)
        return { ok: true, columns, body: grid.slice(row + depth).filter(isNoHeader(columns, needed)) };
      const found = wanted.length - missing.length;
      const there = [...columns.keys()];
      const isNearer =
        found > nearest.found ||
        (found === 0 && nearest.found === 0 && depth === 1 && there.length > nearest.there.length);
      if (!nearest.ok && isNearer) nearest = { ok: false, missing, found, there };
    }
  }
  return nearest;
}

/** Columns called "1", "2", …: a table without a header. */
export function numbered(grid: Grid): Headed {
  const width = Math.min(maxCells, Math.max(0, ...grid.map((row) => row.length)));
  return { columns: new Map(Array.from({ length: width }, (_, i) => [String(i + 1), i])), body: grid };
}

/** The cell to the right of the first cell with this text. */
export function beside(grid: Grid, label: string): string | undefined {
  const wanted = plain(label);
  for (const row of grid.slice(0, maxHeaderRows)) {
    const at = row.findIndex((cell) => plain(cell) === wanted);
    if (at >= 0 && row[at + 1] !== undefined) return row[at + 1];
  }
  return undefined;
}

function columnsOf(rows: Grid): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  const width = Math.min(maxCells, Math.max(...rows.map((row) => row.length)));
  for (let i = 0; i < width; i++) {
    const parts = rows.map((row) => plain(row[i] ?? '')).filter((part) => part !== '');
    const name = [...new Set(parts)].join(' ');
    if (name !== '' && !columns.has(name)) columns.set(name, i);
  }
  return columns;
}

/** Long tables repeat their header. */
function isNoHeader(columns: ReadonlyMap<string, number>, needed: readonly string[]) {
  return (row: readonly string[]) => !needed.every((name) => plain(row[columns.get(name) ?? -1] ?? '') === name);
}
