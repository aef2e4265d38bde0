/**
 * Regular expressions that an operator writes, on re2js: the time they take grows with the input only, whatever the
 * pattern (RE2 has no backtracking). Pure.
 */
import { RE2JS } from 're2js';
import * as v from 'valibot';

const maxPatternLength = 1000;

/** RE2's expression, or undefined for a pattern that RE2 does not take. */
function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined; // the one way re2js has to say that a pattern is wrong
  }
}

/** The names of a valid pattern's groups, written `(?<name>…)` or `(?P<name>…)`. */
export function groupsOf(pattern: string): ReadonlySet<string> {
  return new Set(Object.keys(compiled(pattern)?.namedGroups() ?? {}));
}

/** The setting: a pattern that RE2 takes. */
export function patternSetting() {
  return v.pipe(
    v.string('must be a regular expression'),
    v.maxLength(maxPatternLength, `must not be longer than ${maxPatternLength} characters`),
    v.check(
      (pattern) => compiled(pattern) !== undefined,
      'must be a regular expression that RE2 takes: see https://github.com/google/re2/wiki/Syntax',
    ),
  );
}

/** Makes a reader that gives the named groups of a line that fits the pattern as a whole, or undefined. */
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
