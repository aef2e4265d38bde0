/** Changes of a configuration as the command line and the console ask for them, made at once or not at all. */
import * as v from 'valibot';
import { must } from '../../shared/setting.ts';
import { without, withSettings, withTable } from './edit.ts';
import { say } from './edit-words.ts';
import { maxTomlDepth } from './toml-depth.ts';

type TomlValue = string | number | boolean | readonly TomlValue[] | { readonly [key: string]: TomlValue };

/** What TOML can say: no null, no NaN. By hand: a union that takes itself up tries a list as a table, too, so each level would double the time. */
const tomlValue = v.custom<TomlValue>((value) => isTomlValue(value, maxTomlDepth), must(say.mustBeValue()));

function isTomlValue(value: unknown, levelsLeft: number): boolean {
  if (typeof value === 'object' && value !== null) {
    return levelsLeft > 0 && Object.values(value).every((each) => isTomlValue(each, levelsLeft - 1));
  }
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** Each takes the file apart and puts it together again: a second, with hundreds of devices. */
const maxChanges = 20;
/** Of a setting's way from the root. */
const maxWay = 500;
const way = v.pipe(v.string(), v.maxLength(maxWay));

/** "add" names a list ("device") and its settings by their ways ("place.lat"); the others a way from the root (`edit.ts`). */
export const changes = v.pipe(
  v.array(
    v.union(
      [
        v.strictObject({ add: way, settings: v.record(way, tomlValue) }),
        v.strictObject({ set: way, value: tomlValue }),
        v.strictObject({ remove: way }),
      ],
      must(say.mustBeChange()),
    ),
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
