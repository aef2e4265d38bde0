/** Looks into valibot schemas: what a setting at a path means and what it may contain. */
import * as v from 'valibot';
import { meaningOf } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import type { Path } from '../words/fault.ts';

type Schema = v.GenericSchema;

/** The schema inside `optional` and the like. */
export function unwrap(schema: Schema): Schema {
  return 'wrapped' in schema ? unwrap(schema.wrapped as Schema) : schema; // valibot's wrappers all call it so
}

/** The settings of an object schema, in order; for a variant, of its first option that matches; otherwise none. */
export function entriesOf(schema: Schema, value?: unknown): Readonly<Record<string, Schema>> {
  const inner = unwrap(schema);
  if ('entries' in inner) return inner.entries as Record<string, Schema>; // what valibot calls an object's members
  if (!('options' in inner) || !Array.isArray(inner.options)) return {};
  const discriminator = 'key' in inner ? String(inner.key) : undefined;
  const wanted = discriminator === undefined ? undefined : memberOf(value, discriminator);
  const options = inner.options.filter((option): option is Schema => typeof option === 'object');
  const match = options.find((option) => {
    const member = discriminator === undefined ? undefined : entriesOf(option)[discriminator];
    return member !== undefined && v.is(member, wanted);
  });
  return match === undefined ? {} : entriesOf(match, value);
}

/** The meaning of the setting at `path`, for a schema and the value it was applied to. */
export function meaningAt(schema: Schema, path: Path, value: unknown): Text | undefined {
  const child = schemaAt(schema, path, value);
  return child === undefined ? undefined : meaningOf(child);
}

export function schemaAt(schema: Schema, path: Path, value: unknown): Schema | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const inner = unwrap(schema);
  const child = typeof key === 'number' && 'item' in inner ? (inner.item as Schema) : entriesOf(inner, value)[key];
  return child && schemaAt(child, rest, memberOf(value, key));
}

export function memberOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
