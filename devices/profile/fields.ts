/**
 * What profiles have in common: which value of what a device sent becomes which quantity, and where its time stands.
 *
 * Bounds: `maxFields` of a profile, `maxPathDepth` steps of a path into JSON.
 */
import * as v from 'valibot';
import { quantityName } from './kinds.ts';

const maxFields = 100;
const maxPathDepth = 16;

/** How a profile names a raw value: a group, a path, the number of a column. */
export type From = v.GenericSchema<string> | v.GenericSchema<number>;

export const jsonPath = v.pipe(
  v.string('must be a path such as "data.level"'),
  v.regex(/^[\w-]+(\.[\w-]+)*$/, 'must be a path such as "data.level" or "sensors.0.level"'),
  v.check((path) => path.split('.').length <= maxPathDepth, `must not have more than ${maxPathDepth} steps`),
  v.description('The path to the value: names and, in lists, numbers from 0, joined by dots.'),
);

export function fieldsWith<F extends From>(from: F, description: string) {
  const field = v.strictObject({
    from,
    quantity: v.pipe(quantityName, v.description('The name of the quantity in the reading.')),
    unit: v.optional(
      v.pipe(
        v.string('must be a SenML unit'),
        v.maxLength(32, 'must not be longer than 32 characters'),
        v.description('The SenML unit (RFC 8428, RFC 8798) after scale and offset.'),
      ),
    ),
    scale: v.optional(
      v.pipe(
        v.number('must be a number'),
        v.finite('must be a number'),
        v.description('The number is multiplied by this.'),
      ),
      1,
    ),
    offset: v.optional(
      v.pipe(
        v.number('must be a number'),
        v.finite('must be a number'),
        v.description('This is added to the number after it was scaled.'),
      ),
      0,
    ),
    type: v.optional(
      v.pipe(
        v.picklist(['number', 'text', 'boolean'], 'must be "number", "text" or "boolean"'),
        v.description('What the value is: "number", "text" or "boolean".'),
      ),
      'number',
    ),
  });
  return v.pipe(
    v.array(field, 'must be a list of fields'),
    v.maxLength(maxFields, `must not have more than ${maxFields} fields`),
    v.check(
      (fields) => new Set(fields.map(({ quantity }) => quantity)).size === fields.length,
      'must not give one quantity twice',
    ),
    v.description(description),
  );
}

export function timeWith<F extends From>(from: F, description: string) {
  return v.optional(
    v.pipe(
      v.strictObject({
        from,
        format: v.pipe(
          v.picklist(['iso', 'epoch-s', 'epoch-ms'], 'must be "iso", "epoch-s" or "epoch-ms"'),
          v.description('How the time is written: ISO 8601 (UTC where it names no zone), or seconds or ms since 1970.'),
        ),
      }),
      v.description(description),
    ),
  );
}

export type Field = v.InferOutput<ReturnType<typeof fieldsWith<From>>>[number];
export type TimeFormat = NonNullable<v.InferOutput<ReturnType<typeof timeWith<From>>>>['format'];
