/**
 * The raw values in a line, by the profile's format.
 *
 * Promise: gives for each reading in the line a look-up from `from` to the raw value, or says why the line does not
 * fit. Bounded by the line and, for a JSON list, by `maxReadingsPerLine`. Only what the line itself holds is looked up,
 * never what JavaScript objects inherit.
 */
import { splitColumns } from '../profile/csv-columns.ts';
import { lineReader } from '../profile/pattern.ts';
import { atPath } from '../profile/values.ts';
import type { Profile } from './profile.ts';

export const maxReadingsPerLine = 1000;

/** The raw value at a profile's `from`; undefined where the line has none. */
export type Lookup = (from: string | number) => unknown;
/** One look-up a reading, or why the line does not fit. */
export type Extract = (line: string) => readonly Lookup[] | string;

export function extractor(profile: Profile): Extract {
  switch (profile.format) {
    case 'pattern': {
      const read = lineReader(profile.pattern);
      return (line) => {
        const groups = read(line);
        return groups ? [(from) => groups.get(String(from))] : 'the line does not fit the pattern';
      };
    }
    case 'json':
      return fromJson;
    case 'csv': {
      const { separator } = profile;
      const needed = Math.max(...[...profile.fields, ...(profile.time ? [profile.time] : [])].map(({ from }) => from));
      return (line) => {
        const columns = splitColumns(line, separator);
        if (columns.length >= needed) return [(from) => columns[Number(from) - 1]];
        return `the line has ${columns.length} columns, the profile needs ${needed}`;
      };
    }
  }
}

function fromJson(line: string): readonly Lookup[] | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return 'the line is not JSON';
  }
  const objects: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (objects.length > maxReadingsPerLine) return `the list has more than ${maxReadingsPerLine} readings`;
  if (!objects.every(isObject)) return 'the line is neither a JSON object nor a list of them';
  return objects.map((object) => (from) => atPath(object, String(from)));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
