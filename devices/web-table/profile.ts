/**
 * A profile of the device type `web-table`: data that says where a document keeps what it says of a place.
 *
 * Promise: a profile that passes this schema can be read with; whether a document is as it says shows only when one comes. Bounds: see
 * `profile/fields.ts`; `maxMarkers`, `maxWords`.
 */
import * as v from 'valibot';
import { flag, listOf, must, oneOf, setting, table, textUpTo } from '../../shared/setting.ts';
import { fieldEntries } from '../profile/fields.ts';
import { hasQuantitiesOf, PROFILE_KINDS } from '../profile/kinds.ts';
import { isPointer } from '../profile/pointer.ts';
import { isFormat, timeZone } from '../profile/time.ts';
import { say as sayProfile } from '../profile/words.ts';
import { say } from './words.ts';

const maxFields = 50;
const maxMarkers = 50;
const maxWords = 50;
const maxName = 200;

const name = v.pipe(textUpTo(maxName), v.minLength(1, must(say.mustBeColumn())));
const column = setting(name, say.column());
const pointer = setting(v.pipe(textUpTo(500), v.check(isPointer, must(say.mustBePointer()))), say.pointer());
const selector = v.pipe(textUpTo(500), v.minLength(1, must(say.mustBeSelector())));

const meaning = v.union([textUpTo(maxName), v.number(), v.boolean()], must(say.mustBeValue()));
const words = setting(
  listOf(table({ written: setting(textUpTo(maxName), say.written()), means: setting(meaning, say.means()) }), maxWords),
  say.words(),
);

const format = setting(
  v.pipe(
    v.string(must(say.mustBeTimeFormat())),
    v.check((text) => text === 'auto' || isFormat(text), must(say.mustBeTimeFormat())),
  ),
  say.timeFormat(),
);
const how = { format: v.optional(format, 'auto'), timeZone: v.optional(timeZone, 'Asia/Tokyo') };

/** The settings of every format; `from` as the format names a place in a row, `ofDocument` one in the whole document. */
function common<F extends v.GenericSchema<string>, D extends v.GenericSchema<string>>(from: F, ofDocument: D) {
  const field = table({
    from,
    ...fieldEntries,
    suffix: v.optional(setting(listOf(textUpTo(32), 10), say.suffix()), []),
    words: v.optional(words, []),
  });
  return {
    rowKey: v.optional(setting(from, say.rowKey())),
    fields: setting(
      v.pipe(
        listOf(field, maxFields),
        v.minLength(1, must(say.mustHaveField())),
        v.check(
          (fields) => new Set(fields.map(({ quantity }) => quantity)).size === fields.length,
          must(sayProfile.mustNotRepeat()),
        ),
      ),
      say.fields(),
    ),
    kind: v.optional(setting(oneOf(PROFILE_KINDS), say.kind()), 'measurement'),
    time: v.optional(setting(table({ from, dateFrom: v.optional(setting(from, say.dateFrom())), ...how }), say.time())),
    documentTime: v.optional(setting(table({ from: ofDocument, ...how }), say.documentTime())),
    noValue: v.optional(setting(listOf(textUpTo(32), maxMarkers), say.noValue()), []),
  };
}

const json = table({
  format: setting(v.literal('json'), say.formatJson()),
  rows: v.optional(setting(v.pipe(textUpTo(500), v.check(isPointer, must(say.mustBePointer()))), say.rows()), ''),
  ...common(pointer, pointer),
});

const csv = table({
  format: setting(v.literal('csv'), say.formatCsv()),
  separator: v.optional(
    setting(
      v.pipe(v.string(must(say.mustBeCharacter())), v.regex(/^[^"\r\n]$/u, must(say.mustBeCharacter()))),
      say.separator(),
    ),
    ',',
  ),
  header: v.optional(setting(flag, say.header()), true),
  ...common(column, setting(name, say.label())),
});

const html = table({
  format: setting(v.literal('html'), say.formatHtml()),
  table: v.optional(setting(selector, say.table()), 'table'),
  header: v.optional(setting(flag, say.header()), true),
  ...common(column, setting(selector, say.selector())),
});

export const profileSchema = v.pipe(
  v.variant('format', [json, csv, html], must(say.mustBeFormat())),
  v.check(
    ({ kind, fields }) =>
      hasQuantitiesOf(kind, (name) => fields.some(({ quantity, type }) => quantity === name && type === 'number')),
    must(sayProfile.mustHaveNumberFields()),
  ),
);

export type Profile = v.InferOutput<typeof profileSchema>;
export type WebField = Profile['fields'][number];
