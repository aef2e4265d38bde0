/**
 * A TOML file read: its values, and the line of every key in it. A fault without its line sends a technician searching.
 */
import { isDeepStrictEqual } from 'node:util';
import { parseDocument, patch, stringify, type TomlDocument } from '@decimalturn/toml-patch';
import { messageOf } from '../../shared/errors.ts';
import type { Path } from '../words/fault.ts';
import { toKebab } from './case.ts';
import { maxTomlDepth, tooDeepAt } from './toml-depth.ts';

export type TomlFile =
  | {
      readonly ok: true;
      readonly values: unknown;
      /** The line of the key at a path, or else of the table it belongs to, or else 1. Keys as the file has them. */
      lineOf(path: Path): number;
    }
  | { readonly ok: false; readonly line: number; readonly why: string; readonly isTooDeep?: true };

/** Whether a text is TOML. The parser takes `"a"x` and `"a"、"b"` for one string each: that is none. */
export function isStrictToml(text: string): boolean {
  const toml = readToml(text);
  return toml.ok;
}

export function readToml(text: string): TomlFile {
  const deep = tooDeepAt(text);
  if (deep !== undefined) return { ok: false, line: deep, why: `deeper than ${maxTomlDepth} levels`, isTooDeep: true };
  try {
    const document = parseDocument(text, { integersAsBigInt: false });
    const lax = laxString(document);
    if (lax !== undefined) return { ok: false, line: lax, why: '' };
    let lines: ReadonlyMap<string, number> | undefined;
    return {
      ok: true,
      values: document.toJsObject,
      lineOf(path) {
        lines ??= linesOf(document);
        for (let length = path.length; length > 0; length--) {
          const line = lines.get(keyOf(path.slice(0, length)));
          if (line !== undefined) return line;
        }
        return 1;
      },
    };
  } catch (fault) {
    const line = fault instanceof Error && 'line' in fault && typeof fault.line === 'number' ? fault.line : 1;
    return { ok: false, line, why: messageOf(fault).trim().split('\n').at(-1) ?? '' };
  }
}

/** Values as TOML, with keys in kebab case. */
export function tomlOf(values: Readonly<Record<string, unknown>>): string {
  return stringify(kebabKeys(values));
}

function kebabKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(kebabKeys);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [toKebab(key), kebabKeys(member)]));
}

/** The text with other values; comments and the order of what stays are kept. Undefined if it would not say just these. */
export function rewritten(text: string, values: Readonly<Record<string, unknown>>): string | undefined {
  const before = readToml(text);
  if (!before.ok) return undefined;
  // The library cannot add a first table of a list, so whole new tables go to the end.
  const isThere = (key: string) => key in (before.values as object);
  const part = (isWanted: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => isWanted(key)));
  const added = part((key) => !isThere(key));
  let changed: string;
  try {
    changed = patch(text, part(isThere));
  } catch {
    return undefined; // what it cannot find its way through
  }
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  if (Object.keys(added).length > 0)
    changed = `${changed.replace(/[\r\n]*$/, end + end)}${stringify(added).replaceAll(/\r?\n/g, end)}`;
  const read = readToml(changed);
  const plain = (some: unknown) => JSON.parse(JSON.stringify(some)); // a date as its text
  return read.ok && isDeepStrictEqual(plain(read.values), plain(values)) ? changed : undefined;
}

/** The line of a string that goes on after its closing quote, which the parser lets pass. */
function laxString(document: TomlDocument): number | undefined {
  const find = (node: unknown): number | undefined => {
    if (typeof node !== 'object' || node === null) return undefined;
    if ('type' in node && node.type === 'String') {
      const { raw, loc } = node as unknown as { readonly raw: string; readonly loc: Block['loc'] }; // as the CST has them
      return STRING.test(raw) ? undefined : loc.start.line;
    }
    for (const inside of Array.isArray(node) ? node : ['items', 'item', 'value'].map((key) => Reflect.get(node, key))) {
      const line = find(inside);
      if (line !== undefined) return line;
    }
    return undefined;
  };
  return find(document.cst);
}

/** Basic and literal strings, on one line or several (TOML 1.0). */
const STRING = /^("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|"""[\s\S]*"""|'''[\s\S]*''')$/;

type Block = TomlDocument['cst'][number];
type Node = Block | Extract<Block, { value: unknown }>['value'];

function linesOf(document: TomlDocument): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const counts = new Map<string, number>();
  const note = (path: Path, line: number) => {
    const key = keyOf(path);
    if (!lines.has(key)) lines.set(key, line);
  };
  /** A table's keys from the root, each list of tables with the index of its last entry so far. */
  const tablePath = (keys: readonly string[], isNewEntry: boolean): Path => {
    const path: (string | number)[] = [];
    for (const [depth, key] of keys.entries()) {
      path.push(key);
      const list = keyOf(path);
      if (isNewEntry && depth === keys.length - 1) counts.set(list, (counts.get(list) ?? 0) + 1);
      const count = counts.get(list);
      if (count !== undefined) path.push(count - 1);
    }
    return path;
  };
  const walk = (node: Node, path: Path): void => {
    switch (node.type as string) {
      case 'Table':
      case 'TableArray': {
        const { key, items } = node as Extract<Block, { items: unknown }>; // both kinds of table have them
        const inside = tablePath(key.item.value, node.type === ('TableArray' as string));
        note(inside, node.loc.start.line);
        for (const item of items) walk(item, inside);
        return;
      }
      case 'KeyValue': {
        const { key, value } = node as Extract<Block, { equals: number }>; // only a key with a value has an equals sign
        for (let length = 1; length <= key.value.length; length++) {
          note([...path, ...key.value.slice(0, length)], key.loc.start.line);
        }
        walk(value as Node, [...path, ...key.value]);
        return;
      }
      case 'InlineTable':
      case 'InlineArray': {
        const { items } = node as unknown as { readonly items: readonly { readonly item: Node }[] }; // as the CST has them
        const isList = node.type === ('InlineArray' as string);
        for (const [i, { item }] of items.entries()) {
          if (isList) note([...path, i], item.loc.start.line);
          walk(item, isList ? [...path, i] : path);
        }
      }
    }
  };
  for (const block of document.cst) walk(block, []);
  return lines;
}

function keyOf(path: Path): string {
  return path.join('\0');
}
