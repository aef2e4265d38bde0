/**
 * A configuration file changed without losing its comments or order: one setting, or one more table.
 *
 * A setting is named by its way from the root, with the id of a device and the name of anything else of which there may be several:
 * "gateway.tenant", "port.bridge.baud", "device.gauge-01.place.lat". Nothing is checked here but that the text still says what was asked.
 */
import { MachimoriError } from '../../shared/errors.ts';
import { listed } from '../../shared/text.ts';
import { suggestedName } from '../words/suggestion.ts';
import { say } from './edit-words.ts';
import { readToml, rewritten } from './toml.ts';

/** Tables of which there may be several, and what tells them apart. */
const LISTS: Readonly<Record<string, 'id' | 'name'>> = {
  port: 'name',
  device: 'id',
  destination: 'name',
  profile: 'name',
  project: 'name',
  output: 'name',
};

type Table = Record<string, unknown>;

export interface Assignment {
  readonly setting: string;
  /** Undefined: the setting is removed. */
  readonly value: unknown;
}

/** As a person writes a value: as in the file, but a text needs no quotes unless it reads as something else. */
export function writtenValue(written: string): unknown {
  const toml = readToml(`value = ${written}`);
  const values = toml.ok ? (toml.values as Table) : {};
  return Object.keys(values).length === 1 && 'value' in values ? values.value : written;
}

/** Throws a MachimoriError: "no-table", "no-setting", "not-toml", "edit-failed". */
export function withSettings(text: string, assignments: readonly Assignment[]): string {
  return edited(text, (root) => {
    for (const { setting, value } of assignments) {
      const { table, keys } = placeOf(root, setting);
      assign(table, keys, value, setting);
    }
  });
}

/** With one more table of a list. Throws what `withSettings` throws, and "table-taken". */
export function withTable(text: string, list: string, settings: readonly Assignment[]): string {
  const key = LISTS[list];
  if (key === undefined) {
    const known = Object.keys(LISTS);
    throw new MachimoriError('no-table', {
      what: say.noList(),
      on: list,
      hint: suggestedName(list, known, say.lists({ known: listed(known) })),
    });
  }
  return edited(text, (root) => {
    const table: Table = {};
    for (const { setting, value } of settings) assign(table, setting.split('.'), value, setting);
    const tables = tablesOf(root, list);
    const name = table[key];
    if (tables.some((each) => each[key] === name)) {
      throw new MachimoriError('table-taken', { what: say.taken(), on: `${list}.${String(name)}`, hint: say.useSet() });
    }
    root[list] = [...tables, table];
  });
}

/** Without a setting, or without a whole table of a list: "device.gauge-01". Throws what `withSettings` throws. */
export function without(text: string, named: string): string {
  return edited(text, (root) => {
    const [list = ''] = named.split('.');
    const { table, keys } = placeOf(root, named);
    if (keys.length > 0) return assign(table, keys, undefined, named);
    root[list] = tablesOf(root, list).filter((each) => each !== table);
    if (tablesOf(root, list).length === 0) delete root[list];
  });
}

function edited(text: string, change: (root: Table) => void): string {
  const toml = readToml(text);
  if (!toml.ok)
    throw new MachimoriError('not-toml', {
      what: say.notToml({ line: toml.line }),
      on: say.theFile(),
      hint: say.mendFirst(),
    });
  const wanted = structuredClone(toml.values) as Table;
  change(wanted);
  const changed = rewritten(text, wanted);
  if (changed !== undefined) return changed;
  throw new MachimoriError('edit-failed', { what: say.editFailed(), on: say.theFile(), hint: say.editByHand() });
}

/** The table that a setting is in, and the rest of the way to it. An id may have dots in it, so the longest that fits is meant. */
function placeOf(root: Table, setting: string): { readonly table: Table; readonly keys: readonly string[] } {
  const [list = '', ...rest] = setting.split('.');
  const key = LISTS[list];
  if (key === undefined) return { table: root, keys: [list, ...rest] };
  const named = rest.join('.');
  const tables = tablesOf(root, list);
  const fitting = tables.filter((each) => named === each[key] || named.startsWith(`${String(each[key])}.`));
  const [table] = fitting.toSorted((a, b) => String(b[key]).length - String(a[key]).length);
  if (table === undefined) {
    const known = tables.map((each) => String(each[key]));
    const hint = suggestedName(
      rest[0] ?? '',
      known,
      known.length === 0 ? say.addFirst({ list }) : say.known({ known: listed(known) }),
    );
    throw new MachimoriError('no-table', { what: say.noneCalledSo(), on: setting, hint });
  }
  return {
    table,
    keys: named
      .slice(String(table[key]).length + 1)
      .split('.')
      .filter((each) => each !== ''),
  };
}

function assign(into: Table, keys: readonly string[], value: unknown, setting: string): void {
  const [key = '', ...rest] = keys;
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(key)) {
    throw new MachimoriError('no-setting', { what: say.noSetting(), on: setting, hint: say.settingHint() });
  }
  if (rest.length > 0) {
    const inside = into[key] ?? {};
    if (typeof inside !== 'object' || Array.isArray(inside) || inside === null) {
      throw new MachimoriError('no-setting', {
        what: say.notTable({ name: key }),
        on: setting,
        hint: say.writeWhole(),
      });
    }
    into[key] = inside;
    assign(inside as Table, rest, value, setting);
    if (Object.keys(inside).length === 0) delete into[key];
  } else if (value === undefined) {
    if (!(key in into))
      throw new MachimoriError('no-setting', { what: say.isNotSet(), on: setting, hint: say.seeFile() });
    delete into[key];
  } else into[key] = value;
}

function tablesOf(root: Table, list: string): readonly Table[] {
  const tables = root[list];
  return Array.isArray(tables) ? (tables as Table[]) : [];
}
