/** A bare number where something sensed belongs stands for a constant: `level = 1.2`. */
import * as v from 'valibot';
import { entriesOf, unwrap } from '../../config/schema-walk.ts';

export function withConstants(schema: v.GenericSchema, value: unknown): unknown {
  if (isSense(schema)) return typeof value === 'number' ? { is: 'constant', value } : value;
  const inner = unwrap(schema);
  if (Array.isArray(value)) {
    const { item } = inner as { readonly item?: v.GenericSchema }; // only a list's schema has one
    return item === undefined ? value : value.map((member) => withConstants(item, member));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = entriesOf(inner, value);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
      return [key, entry === undefined ? member : withConstants(entry, member)];
    }),
  );
}

function isSense(schema: v.GenericSchema): boolean {
  if (v.getMetadata(schema).isSense === true) return true;
  return 'wrapped' in schema && isSense(schema.wrapped as v.GenericSchema); // valibot's name for it
}
