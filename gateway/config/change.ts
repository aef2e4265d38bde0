/** Changes of a configuration as the command line and the console ask for them, made at once or not at all. */
import * as v from 'valibot';
import { must } from '../../shared/setting.ts';
import { without, withSettings, withTable } from './edit.ts';
import { say } from './edit-words.ts';

type TomlValue = string | number | boolean | readonly TomlValue[] | { readonly [key: string]: TomlValue };

/** What TOML can say: no null, no NaN. */
const tomlValue: v.GenericSchema<TomlValue> = v.lazy(() =>
  v.union(
    [v.string(), v.pipe(v.number(), v.finite()), v.boolean(), v.array(tomlValue), v.record(v.string(), tomlValue)],
    must(say.mustBeValue()),
  ),
);

const maxChanges = 100;

/** "add" names a list ("device") and its settings by their ways ("place.lat"); the others a way from the root (`edit.ts`). */
export const changes = v.pipe(
  v.array(
    v.union([
      v.strictObject({ add: v.string(), settings: v.record(v.string(), tomlValue) }),
      v.strictObject({ set: v.string(), value: tomlValue }),
      v.strictObject({ remove: v.string() }),
    ]),
  ),
  v.minLength(1),
  v.maxLength(maxChanges),
);
export type Change = v.InferOutput<typeof changes>[number];

/** The text with all of them, one after the other. Throws what `withTable` and `withSettings` throw. */
export function withChanges(text: string, all: readonly Change[]): string {
  return all.reduce((changed, change) => {
    if ('remove' in change) return without(changed, change.remove);
    if ('set' in change) return withSettings(changed, [{ setting: change.set, value: change.value }]);
    const settings = Object.entries(change.settings).map(([setting, value]) => ({ setting, value }));
    return withTable(changed, change.add, settings);
  }, text);
}

/** The lines that are gone and those that are new, each with its sign and number: "+ 12: baud = 9600". */
export function differing(before: string, after: string): readonly string[] {
  const [old, now] = [before, after].map((text) => text.split('\n')) as [string[], string[]]; // two texts, two lists
  const [oldLines, newLines] = [new Set(old), new Set(now)];
  const marked = (lines: readonly string[], others: ReadonlySet<string>, sign: string) =>
    lines.flatMap((line, i) => (others.has(line) || line.trim() === '' ? [] : [`${sign} ${i + 1}: ${line}`]));
  return [...marked(old, newLines, '-'), ...marked(now, oldLines, '+')];
}
