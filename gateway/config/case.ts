/**
 * Names of settings: kebab-case in the file, camelCase in the code.
 *
 * In the code a length of time or a size has its unit in its name, `batchAgeMs`; in the file its value says it, so its name
 * does not: `batch-age = "10s"`.
 */
import type { GenericSchema } from 'valibot';
import { unitOf } from '../../shared/setting.ts';
import { entriesOf, memberOf, unwrap } from './schema-walk.ts';

/** Every key within, from kebab-case to camelCase. */
export function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [toCamel(key), camelKeys(member)]));
}

export function toCamel(key: string): string {
  return key.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A key that begins with a capital was never kebab-case: it stays as it was written. */
export function toKebab(key: string): string {
  return /^[A-Z]/.test(key) ? key : key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** How the file writes a setting of a schema. */
export function fileName(key: string, schema: GenericSchema): string {
  return toKebab(withoutUnit(key, schema));
}

/** Values with camelCase keys, whose keys now have the units that the schema gives them. */
export function withUnits(schema: GenericSchema, value: unknown): unknown {
  const inner = unwrap(schema);
  if (Array.isArray(value)) {
    const { item } = inner as { readonly item?: GenericSchema }; // only a list's schema has one
    return item === undefined ? value : value.map((member) => withUnits(item, member));
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = entriesOf(inner, value);
  const byFileName = new Map(Object.entries(entries).map(([key, entry]) => [withoutUnit(key, entry), key]));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const key = byFileName.get(name);
      const entry = key === undefined ? undefined : entries[key];
      if (key !== undefined && entry !== undefined) return [key, withUnits(entry, member)];
      return [name in entries ? toKebab(name) : name, member]; // "batch-age-ms" must stay unknown
    }),
  );
}

/** A path of the code's keys as the file writes it. */
export function filePath(
  schema: GenericSchema,
  path: readonly (string | number)[],
  value: unknown,
): (string | number)[] {
  const [key, ...rest] = path;
  if (key === undefined) return [];
  const inner = unwrap(schema);
  const entry = typeof key === 'number' ? (inner as { item?: GenericSchema }).item : entriesOf(inner, value)[key]; // a list's schema
  const name = typeof key === 'number' ? key : entry === undefined ? toKebab(key) : fileName(key, entry);
  return [name, ...(entry === undefined ? rest : filePath(entry, rest, memberOf(value, key)))];
}

const SUFFIXES = { ms: /Ms$/, bytes: /Bytes$/ } as const;

function withoutUnit(key: string, schema: GenericSchema): string {
  const unit = unitOf(schema);
  return unit === undefined ? key : key.replace(SUFFIXES[unit], '');
}
