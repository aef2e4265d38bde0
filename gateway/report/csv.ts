/**
 * Tables as CSV (RFC 4180), UTF-8 with a byte order mark, so that Excel reads them.
 *
 * A text that a spreadsheet would take for a formula ("=…", "+…", "-…", "@…") gets an apostrophe before it: names are strangers'.
 */

export type CsvCell = string | number | undefined;

const BOM = '\ufeff';

export function* csv(heading: readonly string[], rows: Iterable<readonly CsvCell[]>): Generator<string> {
  yield `${BOM}${csvLine(heading)}\r\n`;
  for (const row of rows) yield `${csvLine(row)}\r\n`;
}

/** Without its end. */
export function csvLine(cells: readonly CsvCell[]): string {
  return cells.map(written).join(',');
}

function written(cell: CsvCell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
