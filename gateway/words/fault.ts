/** What is wrong with settings: where, what, and how to mend it. */
import * as v from 'valibot';
import type { Text } from '../../shared/text.ts';
import { say } from './words.ts';

/** The keys from the root of the file, with indexes for lists: ["device", 2, "baud"]. */
export type Path = readonly (string | number)[];

export interface Fault {
  /** A note does not keep the gateway from starting. */
  readonly severity: 'fault' | 'note';
  readonly path: Path;
  readonly what: Text;
  readonly mend: Text;
}

/** With its place, ready to print: `gateway.toml:12: …`. */
export interface LocatedFault extends Fault {
  readonly file: string;
  readonly line: number;
}

export function fault(path: Path, what: Text, mend: Text): Fault {
  return { severity: 'fault', path, what, mend };
}

export function note(path: Path, what: Text, mend: Text): Fault {
  return { severity: 'note', path, what, mend };
}

export interface SchemaFault {
  readonly issue: v.GenericIssue;
  /** What is wrong: "must be 16 hexadecimal digits". */
  readonly message: Text;
}

/** The first fault that a schema finds in a value, with its message in each language; undefined if there is none. */
export function schemaFault(schema: v.GenericSchema, value: unknown): SchemaFault | undefined {
  const issue = v.safeParse(schema, value, { lang: 'en' }).issues?.[0];
  if (issue === undefined) return undefined;
  const isKeyIssue = issue.type === 'strict_object' || issue.type === 'object'; // else of the key, its message is that of the whole table
  if (isKeyIssue && issue.expected === 'never') return { issue, message: say.isUnknown() };
  if (isKeyIssue && issue.path !== undefined && issue.received === 'undefined')
    return { issue, message: say.isMissing() };
  const ja = v.safeParse(schema, value, { lang: 'ja' }).issues?.[0]?.message ?? issue.message;
  return { issue, message: { code: `setting.${issue.type}`, en: issue.message, ja } };
}
