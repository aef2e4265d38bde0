/** Settings as TOML, each with its meaning as a comment, printed from a schema. */
import type { GenericSchema } from 'valibot';
import { meaningOf } from '../../shared/setting.ts';
import type { Language } from '../../shared/text.ts';
import { wrapped } from '../words/layout.ts';
import { fileName } from './case.ts';
import { entriesOf, unwrap } from './schema-walk.ts';
import { say } from './words.ts';

const WIDTH = 118;
/** Settings of a table within a line. */
const maxShown = 10;
/** Values for settings that have no default, so that what is printed can be run. */
const EXAMPLES: Readonly<Record<string, string>> = { 'gateway.id': '"gateway-01"' };

export function settingsOf(
  schema: GenericSchema,
  table: string,
  language: Language,
  without: readonly string[] = [],
): string[] {
  return Object.entries(entriesOf(schema)).flatMap(([key, setting]) => {
    if (without.includes(key)) return [];
    const name = fileName(key, setting);
    const written = writtenValue(setting) ?? EXAMPLES[`${table}.${name}`];
    const need = setting.type === 'optional' ? say.optional() : say.required();
    const line =
      written !== undefined ? `${name} = ${written}` : `# ${name} = ${shapeOf(setting)}   (${need[language]})`;
    return [...commentLines(meaningOf(setting)?.[language] ?? ''), line];
  });
}

/** What a table without a default looks like; of a long one what must be written. */
function shapeOf(setting: GenericSchema): string {
  const inner = Object.entries(entriesOf(setting)).map(([name, entry]) => ({ name: fileName(name, entry), entry }));
  if (inner.length === 0) return '…';
  const isLong = inner.length > maxShown;
  const shown = isLong ? inner.filter(({ entry }) => entry.type !== 'optional') : inner;
  return `{ ${[...shown.map(({ name }) => `${name} = …`), ...(isLong ? ['…'] : [])].join(', ')} }`;
}

/** The settings of a table that are lists of tables themselves. */
export function tableListsOf(schema: GenericSchema) {
  return Object.entries(entriesOf(schema)).flatMap(([key, list]) => {
    const inner = unwrap(list);
    const entry = 'item' in inner ? (inner.item as GenericSchema) : undefined; // valibot's name for it
    return entry === undefined || Object.keys(entriesOf(entry)).length === 0 ? [] : [{ key, list, entry }];
  });
}

/** The default, or the only value there is, as TOML. */
function writtenValue(setting: GenericSchema): string | undefined {
  const fallback: unknown = 'default' in setting ? setting.default : undefined;
  if (fallback !== undefined) return typeof fallback === 'function' ? undefined : JSON.stringify(fallback);
  const inner = unwrap(setting);
  return 'literal' in inner ? JSON.stringify(inner.literal) : undefined;
}

export function commentLines(text: string): string[] {
  return text === '' ? [] : wrapped(text, WIDTH - 2).map((line) => `# ${line}`);
}

export function commentedOut(lines: readonly string[]): string[] {
  return lines.map((line) => (line.startsWith('#') ? `#${line}` : `# ${line}`));
}
