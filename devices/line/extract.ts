/**
 * The raw values in a line, by the profile's format.
 *
 * Promise: gives a look-up from `from` to the raw value for each reading in the line, or says why the line does not fit.
 * Bounded by the line and, for a JSON list, by `maxReadingsPerLine`. Only own members are looked up, never inherited ones.
 */
import type { Text } from '../../shared/text.ts';
import { valueAt } from '../profile/path.ts';
import { lineReader } from '../profile/pattern.ts';
import type { Profile } from './profile.ts';
import { say } from './words.ts';

export const maxReadingsPerLine = 1000;

/** The raw value at a profile's `from`; undefined if the line has none. */
export type Lookup = (from: string | number) => unknown;
export type Extracted =
  /** One look-up per reading. */
  | { readonly ok: true; readonly lookups: readonly Lookup[] }
  /** Why the line does not fit. */
  | { readonly ok: false; readonly fault: Text };
export type Extract = (line: string) => Extracted;

export function extractor(profile: Profile): Extract {
  switch (profile.format) {
    case 'pattern': {
      const read = lineReader(profile.pattern);
      return (line) => {
        const groups = read(line);
        return groups ? found([(from) => groups.get(String(from))]) : misfit(say.noMatch());
      };
    }
    case 'json':
      return fromJson;
    case 'csv': {
      const { separator } = profile;
      const { fields, time } = profile;
      const always = [...fields.filter(({ optional }) => !optional), ...(time ? [time] : [])];
      const needed = Math.max(1, ...always.map(({ from }) => from)); // a line that is cut short may end in half a number
      return (line) => {
        const columns = splitColumns(line, separator);
        if (columns.length >= needed) return found([(from) => columns[Number(from) - 1]]);
        return misfit(say.tooFewColumns({ given: columns.length, needed }));
      };
    }
  }
}

function fromJson(line: string): Extracted {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    try {
      parsed = JSON.parse(withoutNaN(line));
    } catch {
      return misfit(say.notJson());
    }
  }
  const objects: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (objects.length > maxReadingsPerLine) return misfit(say.tooManyReadings({ max: maxReadingsPerLine }));
  if (!objects.every(isObject)) return misfit(say.notObjects());
  return found(objects.map((object) => (from) => valueAt(object, String(from))));
}

/** NaN and infinities, which JSON does not have though many write them, become null. */
function withoutNaN(line: string): string {
  return line.replace(STRING_OR_NAN, (found) => (found.startsWith('"') ? found : 'null'));
}

const STRING_OR_NAN = /"(?:[^"\\]|\\[\s\S])*"?|[-+]?(?:\bnan\b(?:\(\w*\))?|\binf(?:inity)?\b|\b1\.#\w+)/gi;

function found(lookups: readonly Lookup[]): Extracted {
  return { ok: true, lookups };
}

function misfit(fault: Text): Extracted {
  return { ok: false, fault };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Columns by RFC 4180 §2: one in double quotes may hold the separator, and a quote as two quotes. */
function splitColumns(line: string, separator: string): readonly string[] {
  const columns: string[] = [''];
  let isQuoted = false;
  for (let i = 0; i < line.length; i += 1) {
    const last = columns.length - 1;
    if (line[i] === '"' && isQuoted && line[i + 1] === '"') {
      columns[last] += '"';
      i += 1;
    } else if (line[i] === '"') {
      isQuoted = !isQuoted;
    } else if (line[i] === separator && !isQuoted) {
      columns.push('');
    } else {
      columns[last] += line[i] ?? '';
    }
  }
  return columns.map((column) => column.trim());
}
