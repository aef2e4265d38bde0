/**
 * A profile of the device type `line`: data that says how a text sensor's lines become readings.
 *
 * Promise: a profile that passes this schema can be decoded: its pattern compiles, its fields name existing groups, and they
 * provide the values that its kind of reading requires. Bounds: see `profile/fields.ts`.
 */
import * as v from 'valibot';
import { flag, must, oneOf, setting, table, whole } from '../../shared/setting.ts';
import { type From, fieldsWith, jsonPath } from '../profile/fields.ts';
import { hasQuantitiesOf, PROFILE_KINDS } from '../profile/kinds.ts';
import { groupsOf, maxBytesFor, patternSetting } from '../profile/pattern.ts';
import { timeWith } from '../profile/time.ts';
import { say as sayProfile } from '../profile/words.ts';
import { say } from './words.ts';

/** Names of the Encoding Standard (WHATWG). Latin-1 is read as windows-1252, as everybody does. */
const ENCODINGS = ['utf-8', 'shift_jis', 'euc-jp', 'iso-2022-jp', 'latin1'] as const;

const groupName = setting(v.string(must(say.mustBeGroup())), say.group());
const column = setting(whole(1, 1000), say.column());

/** The settings of every format; `from` as the format writes it. */
function common<F extends From>(from: F) {
  return {
    fields: v.pipe(fieldsWith(from, say.fields()), v.minLength(1, must(say.mustHaveField()))),
    kind: v.optional(setting(oneOf(PROFILE_KINDS), say.kind()), 'measurement'),
    time: timeWith(from, say.time()),
    maxLineBytes: v.optional(setting(whole(16, 1_048_576), say.maxLineBytes()), 1024),
    encoding: v.optional(setting(oneOf(ENCODINGS), say.encoding()), 'utf-8'),
    delimiter: v.optional(setting(oneOf(['lf', 'cr']), say.delimiter()), 'lf'),
    decimalComma: v.optional(setting(flag, say.decimalComma()), false),
  };
}

const pattern = v.pipe(
  table({
    format: setting(v.literal('pattern'), say.formatPattern()),
    pattern: setting(patternSetting(), say.pattern()),
    ...common(groupName),
  }),
  v.check(({ pattern, fields, time }) => {
    const groups = groupsOf(pattern);
    return [...fields, ...(time ? [time] : [])].every(({ from }) => groups.has(from));
  }, must(say.mustNameGroups())),
  v.forward(
    v.check(
      ({ pattern, maxLineBytes }) => maxLineBytes <= maxBytesFor(pattern),
      ({ input: { pattern, maxLineBytes: bytes }, lang }) =>
        must(sayProfile.mustBeQuick({ bytes, max: maxBytesFor(pattern) }))({ lang }),
    ),
    ['pattern'],
  ),
);

const json = table({
  format: setting(v.literal('json'), say.formatJson()),
  ...common(jsonPath),
});

const csvColumns = table({
  format: setting(v.literal('csv'), say.formatCsv()),
  separator: v.optional(
    setting(
      v.pipe(v.string(must(say.mustBeCharacter())), v.regex(/^[^"]$/, must(say.mustBeCharacter()))),
      say.separator(),
    ),
    ',',
  ),
  ...common(column),
});

const csv = v.pipe(
  csvColumns,
  v.check(({ separator, decimalComma }) => !(decimalComma && separator === ','), must(say.mustSeparateOtherwise())),
);

export const profileSchema = v.pipe(
  v.variant('format', [pattern, json, csv], must(say.mustBeFormat())),
  v.check(
    ({ kind, fields }) =>
      hasQuantitiesOf(kind, (name) => fields.some(({ quantity, type }) => quantity === name && type === 'number')),
    must(sayProfile.mustHaveNumberFields()),
  ),
);

export type Profile = v.InferOutput<typeof profileSchema>;
