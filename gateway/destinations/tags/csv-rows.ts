/**
 * A table that somebody hands over (RFC 4180, also separated by ";" or tabs), read row by row, however long it is.
 * Bound: `maxRowLength` characters a row.
 */
import { createReadStream } from 'node:fs';
import { stdin } from 'node:process';
import { CsvError, parse } from 'csv-parse';
import { MachimoriError, messageOf, TextError } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import { say } from './words.ts';

const maxRowLength = 16_384;

export interface CsvRow {
  readonly line: number;
  /** As they stand. */
  readonly cells: readonly string[];
  /** By column, its letters only and in lower case; "" if the row or the table has none. */
  cell(column: string): string;
}

/** What may stand between cells, also in one table. */
export const DELIMITERS = [',', ';', '\t'];

/**
 * Throws a MachimoriError "bad-table" if it is none or lacks one of the `needed` columns, and "file-unreadable". `use` may throw a
 * TextError, which is told with the line. `heading` is called with the names of the columns.
 */
export async function readCsv(
  file: string,
  needed: readonly string[],
  use: (row: CsvRow) => void | Promise<void>,
  heading: (names: readonly string[]) => void | Promise<void> = () => {},
): Promise<void> {
  const parser = parse({
    bom: true,
    delimiter: DELIMITERS,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: maxRowLength,
  });
  const source = file === '-' ? stdin : createReadStream(file);
  source.on('error', (fault: Error) => parser.destroy(fault));
  source.pipe(parser);
  let columns: ReadonlyMap<string, number> | undefined;
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      line = info.lines;
      if (columns === undefined) {
        columns = new Map(record.map((name, i) => [lettersOf(name), i]));
        for (const name of needed) if (!columns.has(lettersOf(name))) throw new TextError(say.noColumn({ name }));
        await heading(record);
        continue;
      }
      const at = columns;
      await use({ line, cells: record, cell: (column) => record[at.get(lettersOf(column)) ?? -1] ?? '' });
    }
    if (columns === undefined) throw new TextError(say.noColumn({ name: needed[0] ?? '' }));
  } catch (fault) {
    throw asTableFault(fault, file, line);
  } finally {
    source.destroy();
  }
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** By which a column is known, however it is written. */
export function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}

function asTableFault(fault: unknown, file: string, line: number): unknown {
  if (fault instanceof MachimoriError) return fault;
  if (fault instanceof CsvError) return badTable(file, Number(fault.lines ?? line), csvText(fault), fault);
  if (fault instanceof TextError) return badTable(file, line, fault.text, fault);
  if (!(fault instanceof Error && 'syscall' in fault)) return fault;
  return new MachimoriError('file-unreadable', {
    what: say.fileUnreadable({ why: messageOf(fault) }),
    on: file,
    hint: say.checkPath(),
    cause: fault,
  });
}

function csvText(fault: CsvError): Text {
  return fault.code === 'CSV_MAX_RECORD_SIZE'
    ? say.tooLong({ max: maxRowLength })
    : say.notTable({ why: fault.message });
}

function badTable(file: string, line: number, what: Text, cause: unknown): MachimoriError {
  return new MachimoriError('bad-table', {
    what: say.badRow({ line, what }),
    on: file,
    hint: say.correctTable(),
    cause,
  });
}
