/**
 * A profile of the device type `line`: data that says how the lines of a text sensor become readings.
 *
 * Promise: a profile that passes this schema can be decoded: its pattern compiles, its fields name groups that exist,
 * and they make up the values that its kind of reading demands. Bounds: those of profile-fields.ts.
 */
import * as v from 'valibot';
import { type From, fieldsWith, jsonPath, timeWith } from '../profile/fields.ts';
import { hasQuantitiesOf, PROFILE_KINDS, QUANTITIES_OF_KINDS } from '../profile/kinds.ts';
import { groupsOf, patternSetting } from '../profile/pattern.ts';

const groupName = v.pipe(
  v.string('must be the name of a group of the pattern'),
  v.description('The named group of the pattern that holds the value.'),
);
const column = v.pipe(
  v.number('must be the number of a column'),
  v.integer('must be the number of a column'),
  v.minValue(1, 'must be at least 1: columns are counted from 1'),
  v.maxValue(1000, 'must be at most 1000'),
  v.description('The number of the column, counted from 1.'),
);

/** What all formats have, with `from` as the format writes it. */
function common<F extends From>(from: F) {
  return {
    fields: v.pipe(
      fieldsWith(from, 'Which value of the line becomes which quantity.'),
      v.minLength(1, 'must have at least one field'),
    ),
    kind: v.optional(
      v.pipe(
        v.picklist(PROFILE_KINDS, `must be one of ${PROFILE_KINDS.join(', ')}`),
        v.description('The kind of the readings.'),
      ),
      'measurement',
    ),
    time: timeWith(from, 'Where the line holds the time of the observation; without it, it is the time of arrival.'),
    maxLineBytes: v.optional(
      v.pipe(
        v.number('must be a number of bytes'),
        v.integer('must be a number of bytes'),
        v.minValue(16, 'must be at least 16'),
        v.maxValue(1_048_576, 'must be at most 1048576'),
        v.description('A line or message of more bytes is rubbish.'),
      ),
      1024,
    ),
    delimiter: v.optional(
      v.pipe(
        v.picklist(['lf', 'cr'], 'must be "lf" or "cr"'),
        v.description('What ends a line: "lf" (also CR LF) or "cr".'),
      ),
      'lf',
    ),
  };
}

const pattern = v.pipe(
  v.strictObject({
    format: v.pipe(v.literal('pattern'), v.description('A regular expression with named groups fits the line.')),
    pattern: v.pipe(
      patternSetting(),
      v.description('Regular expression (RE2) of a whole line, with a named group (?P<name>…) around each value.'),
    ),
    ...common(groupName),
  }),
  v.check(({ pattern, fields, time }) => {
    const groups = groupsOf(pattern);
    return [...fields, ...(time ? [time] : [])].every(({ from }) => groups.has(from));
  }, 'every "from" must be the name of a group of the pattern'),
);

const json = v.strictObject({
  format: v.pipe(v.literal('json'), v.description('The line is a JSON object, or a list of them.')),
  ...common(jsonPath),
});

const csv = v.strictObject({
  format: v.pipe(v.literal('csv'), v.description('The line has columns (RFC 4180).')),
  separator: v.optional(
    v.pipe(
      v.string('must be one character'),
      v.regex(/^[^"]$/, 'must be one character, and not a double quote'),
      v.description('What stands between the columns.'),
    ),
    ',',
  ),
  ...common(column),
});

export const profileSchema = v.pipe(
  v.variant('format', [pattern, json, csv], 'must have the format "pattern", "json" or "csv"'),
  v.check(
    ({ kind, fields }) =>
      hasQuantitiesOf(kind, (name) => fields.some(({ quantity, type }) => quantity === name && type === 'number')),
    `must have the number fields of its kind: ${QUANTITIES_OF_KINDS}`,
  ),
);

export type Profile = v.InferOutput<typeof profileSchema>;
