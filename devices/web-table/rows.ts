/**
 * The rows of a document, whatever its format: what they are called by, and where they are not what the profile says.
 *
 * Promise: a document that has changed its shape gives a sentence that names what is no longer there, and what is there instead. A document
 * is parsed once, however many devices read it.
 */
import { foreign, listed, type Text } from '../../shared/text.ts';
import { followPointer } from '../profile/pointer.ts';
import { csvGrid, maxRows } from './csv.ts';
import { beside, type Headed, headed, numbered } from './grid.ts';
import type { Grid, HtmlPage, ReadHtml } from './html-page.ts';
import { plain } from './page-words.ts';
import type { Profile } from './profile.ts';
import { say } from './words.ts';

/** The raw value at a profile's `from`; a Text if it is not there, saying what is. */
export type Cell = { readonly ok: true; readonly raw: unknown } | { readonly ok: false; readonly fault: Text };
export type Row = (from: string) => Cell;
export type Rows = { readonly ok: true; readonly rows: readonly Row[] } | { readonly ok: false; readonly fault: Text };

/** Names that are listed for somebody who looks for what moved. */
const maxNamed = 12;

export class SourceDocument {
  readonly #text: string;
  readonly #readHtml: ReadHtml | undefined;
  #json: { readonly value: unknown } | undefined;
  #page: HtmlPage | undefined;
  readonly #grids = new Map<string, readonly Grid[]>();
  /** By what of the profile decides about them. */
  readonly #rows = new Map<string, Rows>();
  readonly #named = new Map<string, ReadonlyMap<string, readonly Row[]>>();

  constructor(text: string, readHtml?: ReadHtml) {
    this.#text = text;
    this.#readHtml = readHtml;
  }

  rows(profile: Profile): Rows {
    const key = keyOf(profile);
    const rows = this.#rows.get(key) ?? this.#findRows(profile);
    this.#rows.set(key, rows);
    return rows;
  }

  /** The same by what stands in their row-key, in plain characters. */
  rowsByName(rowKey: string, rows: readonly Row[], profile: Profile): ReadonlyMap<string, readonly Row[]> {
    const key = keyOf(profile);
    const known = this.#named.get(key);
    if (known !== undefined) return known;
    const named = new Map<string, Row[]>();
    for (const row of rows) {
      const cell = row(rowKey);
      const name = cell.ok && typeof cell.raw !== 'object' ? plain(String(cell.raw)) : '';
      const others = named.get(name);
      if (others === undefined) named.set(name, [row]);
      else others.push(row);
    }
    this.#named.set(key, named);
    return named;
  }

  #findRows(profile: Profile): Rows {
    switch (profile.format) {
      case 'json':
        return this.#jsonRows(profile.rows);
      case 'csv':
        return gridRows([this.#csv(profile.separator)], profile);
      case 'html': {
        if (this.#readHtml === undefined) return misfit(say.noParser());
        const tables = this.#tables(profile.table);
        if (tables === undefined) return misfit(say.noElement({ selector: profile.table }));
        return tables.length === 0 ? misfit(say.noTable({ selector: profile.table })) : gridRows(tables, profile);
      }
    }
  }

  /** What stands at a place of the whole document. */
  at(from: string, profile: Profile): Cell {
    switch (profile.format) {
      case 'json': {
        const json = this.#parsed();
        return json === undefined ? misfit(say.notJson()) : jsonCell(json.value, from);
      }
      case 'csv': {
        const raw = beside(this.#csv(profile.separator), from);
        return raw === undefined ? misfit(say.noLabel({ label: from })) : { ok: true, raw };
      }
      case 'html': {
        const raw = this.#html()?.text(from);
        return raw === undefined ? misfit(say.noElement({ selector: from })) : { ok: true, raw };
      }
    }
  }

  #jsonRows(pointer: string): Rows {
    const json = this.#parsed();
    if (json === undefined) return misfit(say.notJson());
    const found = jsonCell(json.value, pointer);
    if (!found.ok) return found;
    const { raw } = found;
    const list = Array.isArray(raw) ? raw.slice(0, maxRows) : [raw];
    if (!list.every((each) => typeof each === 'object' && each !== null)) return misfit(say.notRows({ pointer }));
    return { ok: true, rows: list.map((each) => (from) => jsonCell(each, from)) };
  }

  #parsed(): { readonly value: unknown } | undefined {
    if (this.#json !== undefined) return this.#json;
    try {
      this.#json = { value: JSON.parse(this.#text) };
    } catch {
      return undefined; // JSON.parse says it by throwing
    }
    return this.#json;
  }

  #csv(separator: string): Grid {
    const known = this.#grids.get(separator)?.[0];
    const grid = known ?? csvGrid(this.#text, separator);
    this.#grids.set(separator, [grid]);
    return grid;
  }

  #html(): HtmlPage | undefined {
    this.#page ??= this.#readHtml?.(this.#text);
    return this.#page;
  }

  #tables(selector: string): readonly Grid[] | undefined {
    const tables = this.#grids.get(selector) ?? this.#html()?.tables(selector);
    if (tables !== undefined) this.#grids.set(selector, tables);
    return tables;
  }
}

/** The rows are the same for all profiles with this text. */
function keyOf(profile: Profile): string {
  switch (profile.format) {
    case 'json':
      return JSON.stringify([profile.rows, profile.rowKey]);
    case 'csv':
      return JSON.stringify([profile.separator, profile.header, profile.rowKey, neededColumns(profile)]);
    case 'html':
      return JSON.stringify([profile.table, profile.header, profile.rowKey, neededColumns(profile)]);
  }
}

/** The columns that a table must have to be the one. */
export function neededColumns({ rowKey, fields, time }: Profile): readonly string[] {
  const always = fields.filter(({ optional }) => !optional).map(({ from }) => from);
  const all = [rowKey, time?.dateFrom, time?.from, ...always].filter((each) => each !== undefined);
  return [...new Set(all)];
}

/** The rows of the first table that has all columns. */
function gridRows(grids: readonly Grid[], profile: Extract<Profile, { header: boolean }>): Rows {
  if (!profile.header) {
    const rows = grids.flatMap((grid) => rowsUnder(numbered(grid)));
    return rows.length === 0 ? misfit(say.noRows()) : { ok: true, rows };
  }
  const wanted = neededColumns(profile);
  const tried = grids.map((grid) => headed(grid, wanted));
  const right = tried.find((each) => each.ok);
  if (right !== undefined) return { ok: true, rows: rowsUnder(right) };
  const misses = tried.filter((each) => !each.ok).sort((a, b) => b.found - a.found || b.there.length - a.there.length);
  const { missing = wanted, there = [] } = misses[0] ?? {};
  return misfit(say.columnsMoved({ columns: listed(missing), count: missing.length, there: namesOf(there) }));
}

function rowsUnder({ columns, body }: Headed): readonly Row[] {
  return body.slice(0, maxRows).map((cells) => (from) => {
    const at = columns.get(plain(from));
    if (at === undefined) {
      return misfit(say.columnsMoved({ columns: listed([from]), count: 1, there: namesOf([...columns.keys()]) }));
    }
    return { ok: true, raw: cells[at] ?? '' };
  });
}

function jsonCell(json: unknown, pointer: string): Cell {
  const followed = followPointer(json, pointer);
  if (followed.ok) return { ok: true, raw: followed.value };
  const { reached, there } = followed;
  if (Array.isArray(there)) return misfit(say.listThere({ pointer, reached, count: there.length }));
  if (typeof there !== 'object' || there === null) return misfit(say.valueThere({ pointer, reached }));
  const names = namesOf(Object.keys(there));
  return misfit(
    reached === '' ? say.memberMoved({ pointer, there: names }) : say.pointerMoved({ pointer, reached, there: names }),
  );
}

/** Names for a person; a document may have thousands, of any length. */
export function namesOf(names: readonly string[]): Text {
  const shown = names.slice(0, maxNamed).map((each) => foreign(each.length > 40 ? `${each.slice(0, 40)}…` : each));
  if (shown.length === 0) return say.nothing();
  return names.length > maxNamed
    ? say.andMore({ names: listed(shown), count: names.length - maxNamed })
    : listed(shown);
}

function misfit(fault: Text): { readonly ok: false; readonly fault: Text } {
  return { ok: false, fault };
}
