/** Lists and progress, as verbs print them. */
import { printable, type Text } from '../../shared/text.ts';
import { aligned, hanging, width } from '../words/layout.ts';
import type { Terminal } from './terminal.ts';

export type Cell = Text | string | number;

export interface List {
  readonly heading: readonly Cell[];
  /** Printed if the list is empty. */
  readonly none: Text;
  readonly json: boolean;
  /** Has texts of any length: a paragraph for each row where the table would be wider than lines may be. */
  readonly hasLongTexts?: boolean;
  /** The cells of a line of JSON. */
  cells(line: string): readonly Cell[];
}

/** Prints lines of JSON, as they come or as a table. */
export async function printList(
  lines: AsyncIterable<string>,
  { heading, none, json, hasLongTexts = false, cells }: List,
  terminal: Terminal,
): Promise<void> {
  const rows: (readonly Cell[])[] = [];
  for await (const line of lines) {
    if (json) terminal.writeJson(line);
    else rows.push(cells(line));
  }
  if (json) return;
  if (rows.length === 0) terminal.print(none);
  else for (const line of (hasLongTexts ? fitting : table)([heading, ...rows], terminal)) terminal.write(line);
}

/** A table, or a paragraph for each row. */
function fitting(rows: readonly (readonly Cell[])[], terminal: Terminal): string[] {
  const lines = table(rows, terminal);
  if (lines.every((line) => width(line) <= terminal.columns)) return lines;
  const [heading = [], ...others] = rows;
  return others.flatMap(([first = '', ...cells]) => [
    ...hanging('', shownIn(terminal)(first), terminal.columns),
    ...cells.flatMap((cell, i) => {
      const [name, value] = [heading[i + 1] ?? '', cell].map(shownIn(terminal));
      return hanging('  ', `${name}: ${value}`, terminal.columns);
    }),
  ]);
}

/** Rows as lines, aligned. */
export function table(rows: readonly (readonly Cell[])[], terminal: Terminal): string[] {
  return aligned(rows.map((row) => row.map(shownIn(terminal))));
}

function shownIn({ language }: Terminal): (cell: Cell) => string {
  return (cell) => printable(typeof cell === 'object' ? cell[language] : String(cell));
}

const everyMs = 1_000;

/** The progress of a long job: a line on standard error, at most one a second. */
export class Progress {
  readonly #terminal: Terminal;
  #shownAt = performance.now();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(said: () => Text): void {
    const now = performance.now();
    if (now - this.#shownAt < everyMs) return;
    this.#shownAt = now;
    this.#terminal.printError(said());
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
