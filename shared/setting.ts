/** Building blocks of settings: kinds of values, each with messages that say what is wrong. */
import * as v from 'valibot';
import { listed, type Text } from './text.ts';
import { say } from './words.ts';

/** A setting: what it accepts and what it means. */
export function setting<S extends v.GenericSchema>(schema: S, meaning: Text) {
  return v.pipe(schema, v.metadata({ meaning }));
}

/** What a setting means; undefined if its schema does not say. */
export function meaningOf(schema: v.GenericSchema): Text | undefined {
  const meaning = v.getMetadata(schema).meaning as Text | undefined; // `setting` put it there
  if (meaning !== undefined) return meaning;
  return 'wrapped' in schema ? meaningOf(schema.wrapped as v.GenericSchema) : undefined; // valibot's name for it
}

/** The unit of the parsed value of a setting that is written with its unit ("10s", "400MB"). */
export function unitOf(schema: v.GenericSchema): 'ms' | 'bytes' | undefined {
  const { unit } = v.getMetadata(schema);
  if (unit === 'ms' || unit === 'bytes') return unit;
  return 'wrapped' in schema ? unitOf(schema.wrapped as v.GenericSchema) : undefined; // as above
}

/** A schema's message in the language of the parse (valibot's `lang`). */
export function must(text: Text): (issue: { readonly lang?: string | undefined }) => string {
  return ({ lang }) => (lang === 'ja' ? text.ja : text.en);
}

/** A name that goes into topics, logs and file names. */
export const deviceId = v.pipe(
  v.string(must(say.mustBeText())),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, must(say.mustBeName())),
);
export const id = deviceId;
export const text = v.string(must(say.mustBeText()));
/** A text that is more than white space. */
export const filled = v.pipe(text, v.regex(/\S/, must(say.mustNotBeEmpty())));
export const textUpTo = (max: number) => v.pipe(text, v.maxLength(max, must(say.mustHaveAtMostCharacters({ max }))));
export const flag = v.boolean(must(say.mustBeFlag()));
export const whole = (min: number, max: number) => {
  const message = must(say.mustBeWholeBetween({ min, max }));
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(min, must(say.mustBeAtLeast({ min }))),
    v.maxValue(max, must(say.mustBeAtMost({ max }))),
  );
};
export const number = v.number(must(say.mustBeNumber()));
export const finite = v.pipe(number, v.finite(must(say.mustBeNumber())));
export const oneOf = <const T extends readonly string[]>(words: T) =>
  v.picklist(words, must(say.mustBeOneOf({ words: listed(words.map((word) => `"${word}"`)) })));
/** A table with exactly these settings. */
export const table = <const E extends v.ObjectEntries>(entries: E) => v.strictObject(entries, must(say.mustBeTable()));
/** A list of at most `max` entries. */
export const listOf = <S extends v.GenericSchema>(entry: S, max: number) =>
  v.pipe(v.array(entry, must(say.mustBeList())), v.maxLength(max, must(say.mustHaveAtMostEntries({ max }))));

/** "400MB", "64kB", "1.5GB" → bytes (decimal multiples, as SD cards are sold). */
export const size = v.pipe(
  v.string(must(say.mustBeSize())),
  v.regex(/^\d+(\.\d+)?\s*(kB|MB|GB)$/, must(say.mustBeSize())),
  v.transform((written) => {
    const [, amount, unit] = /^([\d.]+)\s*(kB|MB|GB)$/.exec(written) ?? [];
    return Math.round(Number(amount) * (unit === 'GB' ? 1e9 : unit === 'MB' ? 1e6 : 1e3));
  }),
  v.metadata({ unit: 'bytes' }),
);

/** "3.3V" or "20%", of a battery: the quantity and its limit. */
export const batteryLimit = v.pipe(
  text,
  v.regex(/^\d+(\.\d+)?\s*[V%]$/, must(say.mustBeBatteryLimit())),
  v.transform((written) => ({
    quantity: written.endsWith('V') ? 'battery' : 'batteryLevel',
    limit: Number.parseFloat(written),
  })),
);
export type BatteryLimit = v.InferOutput<typeof batteryLimit>;

/** "host:port"; a port alone would listen on every interface, so it is not accepted. */
export const address = v.pipe(
  text,
  v.regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, must(say.mustBeAddress())),
  v.check((written) => Number(written.slice(written.lastIndexOf(':') + 1)) <= 65_535, must(say.mustHavePort())),
);

/** A name in the DNS (RFC 1123 §2.1), in lower case. */
export const hostName = v.pipe(
  text,
  v.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/, must(say.mustBeHostName())),
  v.maxLength(253, must(say.mustBeHostName())),
);
