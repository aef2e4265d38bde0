/** What valibot finds wrong with settings, in the words of the file. */
import * as v from 'valibot';
import type { Text } from '../../shared/text.ts';
import { say as shared } from '../../shared/words.ts';
import { type Fault, fault, type Path } from '../words/fault.ts';
import { suggestion } from '../words/suggestion.ts';
import { fileName, filePath, withUnits } from './case.ts';
import { entriesOf, meaningAt, memberOf, schemaAt } from './schema-walk.ts';
import { plainText } from './slips/look-alikes.ts';
import { isNothing, kindOf, meantValue } from './slips/meant-value.ts';
import { say as slips } from './slips/words.ts';
import { say } from './words.ts';

export type Checked<S extends v.GenericSchema> =
  | { readonly ok: true; readonly output: v.InferOutput<S> }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Checks settings with camelCase keys. `base` is where they stand in the file; `alsoKnown` are settings that belong there
 * too and are checked elsewhere.
 */
export function checkSettings<S extends v.GenericSchema>(
  schema: S,
  written: unknown,
  base: Path,
  alsoKnown: readonly string[] = [],
): Checked<S> {
  const value = withUnits(schema, written);
  const result = v.safeParse(schema, value, { lang: 'en' });
  if (result.success) return { ok: true, output: result.output };
  const inJapanese = v.safeParse(schema, value, { lang: 'ja' }); // valibot words its issues in one language a run
  const faults = result.issues.map((issue, i) =>
    faultOf(issue, inJapanese.issues?.[i]?.message ?? issue.message, { schema, value, base, alsoKnown }),
  );
  return { ok: false, faults };
}

interface Context {
  readonly schema: v.GenericSchema;
  readonly value: unknown;
  readonly base: Path;
  readonly alsoKnown: readonly string[];
}

function faultOf(issue: v.GenericIssue, japanese: string, { schema, value, base, alsoKnown }: Context): Fault {
  const within = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const path = [...base, ...filePath(schema, within, value)];
  const name = String(path.findLast((key) => typeof key === 'string') ?? '');
  const meaning = meaningAt(schema, within, value);
  const isKeyIssue = issue.type === 'strict_object' || issue.type === 'object';
  const parentOfKey = valueAt(value, within.slice(0, -1));
  if (isKeyIssue && Array.isArray(parentOfKey)) {
    const table = String(path.at(-2) ?? '');
    return fault(
      path.slice(0, -1),
      say.wrong({ name: table, must: shared.mustBeTable() }),
      say.writeInline({ name: table }),
    );
  }
  if (isKeyIssue && issue.expected === 'never') {
    const parent = schemaAt(schema, within.slice(0, -1), value);
    const entries = parent === undefined ? {} : entriesOf(parent, valueAt(value, within.slice(0, -1)));
    const known = Object.entries(entries).map(([key, entry]) => fileName(key, entry));
    return fault(path, say.noSetting({ name }), suggestion(name, [...known, ...alsoKnown]));
  }
  if (isKeyIssue && issue.received === 'undefined') {
    const mend = meaning === undefined ? say.addSetting({ name }) : say.addSettingMeaning({ name, meaning });
    return fault(path.slice(0, -1), say.settingMissing({ name }), mend);
  }
  if (issue.expected === 'Array' && isTable(valueAt(value, within))) {
    const table = path.filter((key) => typeof key === 'string').join('.');
    return fault(path, say.notList({ name: table }), say.doubleBrackets({ name: table }));
  }
  const must = wordsOf(issue, japanese);
  const isNamed = !/^(undefined|Object|Array|"")$/.test(issue.received);
  const what = isNamed ? say.wrongValue({ name, must, received: issue.received }) : say.wrong({ name, must });
  const unitless = withUnit(schemaAt(schema, within, value), valueAt(value, within));
  if (unitless !== undefined && typeof path.at(-1) === 'string')
    return fault(path, what, say.addUnit({ name, value: unitless }));
  const meant = meantInstead(schemaAt(schema, within, value), valueAt(value, within));
  if (meant !== undefined && typeof path.at(-1) === 'string')
    return fault(path, what, slips.write({ line: `${name} = ${meant}` }));
  return fault(path, what, meaning === undefined ? say.correctIt() : say.correctItMeaning({ meaning }));
}

/** The value as TOML that was meant by one of the wrong kind ("9600", "5sec"), if the setting would take it. */
function meantInstead(schema: v.GenericSchema | undefined, written: unknown): string | undefined {
  if (schema === undefined || !['string', 'number', 'boolean'].includes(typeof written)) return undefined;
  const text = String(written);
  const plain = plainText(text).trim();
  const spellings = [plain, plain.toLowerCase(), plain.toUpperCase(), ...(isNothing(plain) ? ['none'] : [])];
  const meant = [meantValue(text, kindOf(schema)), ...spellings.map((spelling) => JSON.stringify(spelling))];
  return meant.find((toml) => toml !== undefined && v.is(schema, JSON.parse(toml)));
}

/** A length of time or size without its unit, with the one that is usual. */
function withUnit(schema: v.GenericSchema | undefined, written: unknown): string | undefined {
  const kind = schema === undefined ? undefined : kindOf(schema);
  const number = /^\d+(\.\d+)?$/.exec(String(written))?.[0];
  if (number === undefined || (kind !== 'duration' && kind !== 'size')) return undefined;
  return `"${number}${kind === 'duration' ? 's' : 'MB'}"`;
}

function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** valibot's own messages begin with "Invalid …: "; ours are phrases already. */
function wordsOf({ message, type, requirement }: v.GenericIssue, japanese: string): Text {
  if (message.startsWith('Invalid ') && typeof requirement === 'number') {
    if (type === 'min_value') return shared.mustBeAtLeast({ min: requirement });
    if (type === 'max_value') return shared.mustBeAtMost({ max: requirement });
  }
  const [, expected] = /^Invalid [a-z]+: Expected (.+) but received .+$/.exec(message) ?? [];
  return expected === undefined ? { code: 'config.must', en: message, ja: japanese } : say.mustBe({ expected });
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inside, key) => memberOf(inside, key), value);
}
