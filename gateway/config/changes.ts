/** Several changes of a configuration file at once: all are made, or none. */
import * as v from 'valibot';
import { type Assignment, without, withSettings, withTable } from './edit.ts';

const setting = v.pipe(v.string(), v.maxLength(200));
export const maxChanges = 50;

export const changeSchema = v.union([
  v.strictObject({ add: setting, settings: v.record(setting, v.unknown()) }),
  v.strictObject({ set: setting, value: v.unknown() }),
  v.strictObject({ remove: setting }),
]);
export type Change = v.InferOutput<typeof changeSchema>;

/** Throws what config/edit.ts throws. */
export function withChanges(text: string, changes: readonly Change[]): string {
  return changes.reduce((changed, change) => {
    if ('add' in change) return withTable(changed, change.add, assignmentsOf(change.settings));
    if ('set' in change) return withSettings(changed, [{ setting: change.set, value: change.value }]);
    return without(changed, change.remove);
  }, text);
}

function assignmentsOf(settings: Readonly<Record<string, unknown>>): readonly Assignment[] {
  return Object.entries(settings).map(([name, value]) => ({ setting: name, value }));
}

/** The lines that are new, and those that are gone, each with its number. */
export function differingLines(before: string, after: string): readonly string[] {
  const [old, now] = [before, after].map((text) => text.split('\n')) as [string[], string[]];
  const [oldLines, newLines] = [new Set(old), new Set(now)];
  const marked = (lines: readonly string[], others: ReadonlySet<string>, sign: string) =>
    lines.flatMap((line, i) => (others.has(line) || line.trim() === '' ? [] : [`${sign} ${i + 1}: ${line}`]));
  return [...marked(old, newLines, '-'), ...marked(now, oldLines, '+')];
}
