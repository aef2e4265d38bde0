/**
 * What profiles share: which value that a device sent becomes which quantity.
 *
 * Bounds: `maxFields` per profile, `maxSteps` in a path into JSON (path.ts).
 */
import * as v from 'valibot';
import { finite, flag, must, oneOf, setting, table, textUpTo } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { quantityName } from './kinds.ts';
import { maxSteps, parsePath } from './path.ts';
import { say } from './words.ts';

const maxFields = 100;

/** How a profile names a raw value: a group, a path or a column number. */
export type From = v.GenericSchema<string> | v.GenericSchema<number>;

export const jsonPath = setting(
  v.pipe(
    v.string(must(say.mustBePath())),
    v.check((path) => parsePath(path) !== undefined, must(say.mustBePath())),
    v.check((path) => (parsePath(path)?.length ?? 0) <= maxSteps, must(say.mustHaveAtMostSteps({ max: maxSteps }))),
  ),
  say.path(),
);

/** What every field says besides where its value is. */
export const fieldEntries = {
  quantity: setting(quantityName, say.quantity()),
  unit: v.optional(setting(textUpTo(32), say.unit())),
  scale: v.optional(setting(finite, say.scale()), 1),
  offset: v.optional(setting(finite, say.offset()), 0),
  optional: v.optional(setting(flag, say.optional()), false),
  type: v.optional(setting(oneOf(['number', 'text', 'boolean']), say.type()), 'number'),
};

export function fieldsWith<F extends From>(from: F, meaning: Text) {
  const field = table({ from, ...fieldEntries });
  return setting(
    v.pipe(
      v.array(field, must(say.mustBeFields())),
      v.maxLength(maxFields, must(say.mustHaveAtMostFields({ max: maxFields }))),
      v.check(
        (fields) => new Set(fields.map(({ quantity }) => quantity)).size === fields.length,
        must(say.mustNotRepeat()),
      ),
    ),
    meaning,
  );
}

export type Field = v.InferOutput<ReturnType<typeof fieldsWith<From>>>[number];
