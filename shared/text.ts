/**
 * Text for people, in every language of the product.
 *
 * Each room keeps its sentences in its `words.ts`, English and Japanese side by side, each whole and with a code of its own.
 * Sentences are never glued from pieces, since languages order them differently: what varies goes into a gap, `{name}`.
 * The language is chosen only where a sentence leaves the program (a terminal, a page). Logs are in English.
 */

export const LANGUAGES = ['en', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A complete sentence or phrase. `code` is the same in every language and release: "config.unknown-setting". */
export interface Text {
  readonly code: string;
  readonly en: string;
  readonly ja: string;
}

/** An entry of a `words.ts`. */
export type Sentence = Readonly<Record<Language, string>>;

/** The names of a sentence's gaps: "count" for both "{count}" and "{count:reading|readings}". */
type Gap<S extends string> = S extends `${string}{${infer G}}${infer Rest}`
  ? (G extends `${infer Name}:${string}` ? Name : G) | Gap<Rest>
  : never;

/** What fills a gap: another text, in the language of the sentence, or a number, name or foreign message, made printable. */
export type GapValue = Text | string | number;

/** Makes the text, with its gaps filled. */
type Say<S extends string> = [Gap<S>] extends [never]
  ? () => Text
  : (values: { readonly [G in Gap<S>]: GapValue }) => Text;

const TABLE = Symbol('table');

/**
 * The sentences of one room: `say.unknownSetting({ name })`.
 * "{count:reading|readings}" becomes the first word if the value is 1, otherwise the second.
 */
export function sentences<const T extends Readonly<Record<string, Sentence>>>(
  room: string,
  table: T,
): { readonly [K in keyof T]: Say<T[K]['en']> } {
  const sayings = Object.entries(table).map(([key, { en, ja }]) => {
    let code: string | undefined; // most are never said: made when the first is
    const say = (values: Readonly<Record<string, GapValue>> = {}): Text => {
      code ??= `${room}.${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return { code, en: fill(en, values, 'en'), ja: fill(ja, values, 'ja') };
    };
    return [key, say];
  });
  const say = Object.fromEntries(sayings) as { readonly [K in keyof T]: Say<T[K]['en']> }; // a saying for every key
  return Object.defineProperty(say, TABLE, { value: table });
}

/** The entries behind `say`; undefined for anything that `sentences` did not make. For tests. */
export function tableOf(say: object): Readonly<Record<string, Sentence>> | undefined {
  return TABLE in say ? (say[TABLE] as Readonly<Record<string, Sentence>>) : undefined; // `sentences` put it there
}

/** The text with every half of a surrogate pair replaced by U+FFFD. Such a half is not Unicode and would break CBOR (RFC 8949 §3.1). */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** What must not reach a terminal, a log or a page: controls (C0, C1), marks that turn the direction, line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

/**
 * Someone else's text as it may be shown, on one line: it can neither control a terminal nor pass for a line of ours. White
 * space becomes a blank, anything else that cannot be printed U+FFFD.
 */
export function printable(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(UNPRINTABLE, '\ufffd');
}

/** Whether it may be shown as it is, on one line. */
export function isPrintable(text: string): boolean {
  return printable(text) === text;
}

/** JSON with the same content in which such characters are written as escapes: JSON.stringify leaves most of them as they are. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** Someone else's words (an operating system's, a broker's, a city OS's), made printable: the same in every language. */
export function foreign(message: string): Text {
  const shown = printable(message);
  return { code: 'foreign', en: shown, ja: shown };
}

/** Items separated by the comma of each language. */
export function listed(items: readonly GapValue[]): Text {
  const join = (language: Language, comma: string) => items.map((item) => inLanguage(item, language)).join(comma);
  return { code: 'list', en: join('en', ', '), ja: join('ja', '、') };
}

/** For a reader whose language is not known: one after the other, or once if they are the same. */
export function inEveryLanguage(text: Text): string {
  return [...new Set(LANGUAGES.map((language) => text[language]))].join(' / ');
}

function fill(sentence: string, values: Readonly<Record<string, GapValue>>, language: Language): string {
  return sentence.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, other?: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`the sentence "${sentence}" lacks a value for {${name}}`);
    if (one !== undefined) return Number(value) === 1 ? one : (other ?? '');
    return inLanguage(value, language);
  });
}

function inLanguage(value: GapValue, language: Language): string {
  return typeof value === 'object' ? value[language] : printable(String(value));
}
