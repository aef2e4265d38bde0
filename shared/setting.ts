/** What settings are made of: kinds of values, each with the words for what is wrong with it. */
import * as v from 'valibot';
import { foreign, type Text } from './text.ts';

/** A setting: what it accepts and what it means. */
export function setting<S extends v.GenericSchema>(schema: S, meaning: Text | string) {
  return v.pipe(schema, v.metadata({ meaning: typeof meaning === 'string' ? foreign(meaning) : meaning }));
}

/** What a setting means; undefined if its schema does not say. */
export function meaningOf(schema: v.GenericSchema): Text | undefined {
  const meaning = v.getMetadata(schema).meaning as Text | undefined; // `setting` put it there
  if (meaning !== undefined) return meaning;
  const description = v.getDescription(schema);
  if (description !== undefined) return foreign(description);
  return 'wrapped' in schema ? meaningOf(schema.wrapped as v.GenericSchema) : undefined; // valibot's wrappers call it so
}

/** The unit in which the code has a setting whose value says its own in the file: "10s", "400MB". */
export function unitOf(schema: v.GenericSchema): 'ms' | 'bytes' | undefined {
  const { unit } = v.getMetadata(schema);
  if (unit === 'ms' || unit === 'bytes') return unit;
  return 'wrapped' in schema ? unitOf(schema.wrapped as v.GenericSchema) : undefined; // as above
}

/** For a schema's message: what is wrong with a value, in the language that the parse was asked for (valibot's `lang`). */
export function must(text: Text): (issue: { readonly lang?: string | undefined }) => string {
  return ({ lang }) => (lang === 'ja' ? text.ja : text.en);
}

/** A name that goes into topics, logs and file names. */
export const deviceId = v.pipe(
  v.string('must be text in quotes'),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'must be 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit',
  ),
);
export const id = deviceId;
export const text = v.string('must be text in quotes');
export const flag = v.boolean('must be true or false');
export const whole = (min: number, max: number) =>
  v.pipe(
    v.number(`must be a whole number from ${min} to ${max}`),
    v.integer(`must be a whole number from ${min} to ${max}`),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );
export const number = v.number('must be a number');
export const oneOf = <const T extends readonly string[]>(words: T) =>
  v.picklist(words, `must be one of ${words.map((word) => `"${word}"`).join(', ')}`);

/** "400MB", "64kB", "1.5GB" → bytes (decimal multiples, as SD cards are sold). */
export const size = v.pipe(
  v.string('must be a size such as "400MB"'),
  v.regex(/^\d+(\.\d+)?\s*(kB|MB|GB)$/, 'must be a size such as "400MB", "64kB" or "2GB"'),
  v.transform((written) => {
    const [, amount, unit] = /^([\d.]+)\s*(kB|MB|GB)$/.exec(written) ?? [];
    return Math.round(Number(amount) * (unit === 'GB' ? 1e9 : unit === 'MB' ? 1e6 : 1e3));
  }),
  v.metadata({ unit: 'bytes' }),
);

/** "host:port"; a port alone is not enough, since it would listen everywhere. */
export const address = v.pipe(
  text,
  v.regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'must be "host:port", such as "127.0.0.1:9464"'),
);
