/** What is wrong with a configuration: where, what, and the mend. One line each. */

import type { GenericIssue, GenericSchema } from 'valibot';
import { closest } from '../words/suggestion.ts';
import { toKebab } from './case.ts';
import { entriesOf, meaningAt, memberOf } from './schema-walk.ts';
import type { Path } from './toml-lines.ts';

export interface Fault {
  /** A note does not keep the gateway from starting. */
  readonly severity: 'fault' | 'note';
  readonly path: Path;
  readonly what: string;
  readonly mend: string;
}

export function fault(path: Path, what: string, mend: string): Fault {
  return { severity: 'fault', path, what, mend };
}

export function note(path: Path, what: string, mend: string): Fault {
  return { severity: 'note', path, what, mend };
}

/** What valibot found, in the words of the file. `base` is where the validated value stands in it. */
export function faultOfIssue(issue: GenericIssue, schema: GenericSchema, value: unknown, base: Path): Fault {
  const within = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const path = [...base, ...within];
  const name = toKebab(String(within.findLast((key) => typeof key === 'string') ?? base.at(-1) ?? ''));
  const meaning = meaningAt(schema, within, value)?.en;
  const isKeyIssue = issue.type === 'strict_object' || issue.type === 'object';
  if (isKeyIssue && issue.expected === 'never') {
    const parent = within.slice(0, -1);
    const known = Object.keys(entriesAt(schema, parent, value)).map(toKebab);
    return fault(path, `there is no setting ${name}`, suggestion(name, known));
  }
  if (isKeyIssue && issue.received === 'undefined') {
    return fault(
      path.slice(0, -1),
      `the setting ${name} is missing`,
      `Add ${name} = …${meaning ? ` (${meaning})` : ''}`,
    );
  }
  const received = /^(undefined|Object|Array)$/.test(issue.received) ? '' : `, not ${issue.received}`;
  return fault(
    path,
    `${name} ${reworded(issue.message)}${received}`,
    meaning ? `Correct it: ${meaning}` : 'Correct it',
  );
}

export function suggestion(word: string, known: readonly string[]): string {
  const meant = closest(word, known);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  return known.length === 0 ? 'Remove it' : `Remove it, or use one of: ${known.join(', ')}`;
}

function entriesAt(schema: GenericSchema, path: Path, value: unknown): Readonly<Record<string, GenericSchema>> {
  const [key, ...rest] = path;
  if (key === undefined) return entriesOf(schema, value);
  const child =
    typeof key === 'number' && 'item' in schema ? (schema.item as GenericSchema) : entriesOf(schema, value)[key];
  return child === undefined ? {} : entriesAt(child, rest, memberOf(value, key));
}

/** valibot's own messages begin with "Invalid …: "; ours are sentences already. */
function reworded(message: string): string {
  const own = /^Invalid [a-z]+: Expected (.+) but received .+$/.exec(message);
  return own ? `must be ${own[1]}` : message;
}
