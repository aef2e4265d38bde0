/**
 * Regular expressions written by operators, on re2js: RE2 does not backtrack, so their time grows with the length of the line
 * times the size of the pattern's program, whatever the pattern. That product is bounded for each line by `maxSteps`. Pure.
 */
import { RE2JS } from 're2js';
import * as v from 'valibot';
import { must } from '../../shared/setting.ts';
import { say as sayShared } from '../../shared/words.ts';
import { say } from './words.ts';

const maxPatternLength = 1000;
/** Of a program over the bytes of a line. A step takes up to about 100 ns on a small machine, so no line takes longer than 50 ms. */
const maxSteps = 500_000;

/** The compiled pattern; undefined if RE2 rejects it. */
function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined; // re2js reports a wrong pattern only by throwing
  }
}

/** The names of a valid pattern's groups, written `(?<name>…)` or `(?P<name>…)`. */
export function groupsOf(pattern: string): ReadonlySet<string> {
  return new Set(Object.keys(compiled(pattern)?.namedGroups() ?? {}));
}

/** Bytes of the longest line that the pattern can be held against quickly enough. */
export function maxBytesFor(pattern: string): number {
  const size = compiled(pattern)?.programSize() ?? 1;
  return Math.floor(maxSteps / Math.max(1, size));
}

/** A setting that RE2 accepts as a pattern. */
export function patternSetting() {
  return v.pipe(
    v.string(must(say.mustBePattern())),
    v.maxLength(maxPatternLength, must(sayShared.mustHaveAtMostCharacters({ max: maxPatternLength }))),
    v.check((pattern) => compiled(pattern) !== undefined, must(say.mustBeRe2())),
  );
}

/** Makes a reader that gives the named groups of a line that matches the whole pattern, or undefined. */
export function lineReader(pattern: string): (line: string) => ReadonlyMap<string, string> | undefined {
  const expression = RE2JS.compile(pattern);
  const names = Object.entries(expression.namedGroups());
  return (line) => {
    const matcher = expression.matcher(line);
    if (!matcher.matches()) return undefined;
    const groups = new Map<string, string>();
    for (const [name, index] of names) {
      const text = matcher.group(index);
      if (text !== null) groups.set(name, text); // null: a group that took no part
    }
    return groups;
  };
}
