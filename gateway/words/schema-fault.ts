import * as v from 'valibot';
import type { Text } from '../../shared/text.ts';

export interface SchemaFault {
  readonly issue: v.GenericIssue;
  /** What is wrong: "must be 16 hexadecimal digits". */
  readonly message: Text;
}

/** The first fault that a schema finds in a value, with its message in each language; undefined if there is none. */
export function schemaFault(schema: v.GenericSchema, value: unknown): SchemaFault | undefined {
  const issue = v.safeParse(schema, value, { lang: 'en' }).issues?.[0];
  if (issue === undefined) return undefined;
  const ja = v.safeParse(schema, value, { lang: 'ja' }).issues?.[0]?.message ?? issue.message;
  return { issue, message: { code: `setting.${issue.type}`, en: issue.message, ja } };
}
