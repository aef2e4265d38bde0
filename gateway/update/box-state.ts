/**
 * What the script `releases` of the package (deploy/box/) has written: the release on trial, and how the last trial ended. Lines of
 * name=value, for a shell. Read only; what is not there or not whole is undefined.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Text } from '../../shared/text.ts';
import { versionSchema } from './manifest.ts';
import { say } from './words.ts';

/** Where a box has its releases. */
export const RELEASES = '/var/lib/machimori-releases';

const trialSchema = v.object({
  version: versionSchema,
  /** What comes back if it does not work. */
  previous: versionSchema,
  /** By which the gateway says that it is well. */
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
});
export type ReleaseTrial = Readonly<v.InferOutput<typeof trialSchema>>;

/** Why a release was taken back: its time was over, it was started too often, somebody asked for it, or the power went before it ran. */
export const TAKEN_BACK = ['time', 'starts', 'asked', 'interrupted', 'missing'] as const;

const lastSchema = v.object({
  ...trialSchema.entries,
  outcome: v.picklist(['confirmed', 'rolled-back']),
  why: v.picklist([...TAKEN_BACK, 'alone', '']),
  at: v.pipe(v.string(), v.isoTimestamp()),
});
export type LastTrial = Readonly<v.InferOutput<typeof lastSchema>>;

const WHY: Readonly<Record<LastTrial['why'], () => Text>> = {
  time: say.whyTime,
  starts: say.whyStarts,
  asked: say.whyAsked,
  interrupted: say.whyInterrupted,
  missing: say.whyMissing,
  alone: say.whyMissing,
  '': say.whyAsked,
};

/** Why a trial ended as it did, for a person. */
export function whyText(why: LastTrial['why']): Text {
  return WHY[why]();
}

export function readTrial(releases: string): ReleaseTrial | undefined {
  return readLines(join(releases, 'trial'), trialSchema);
}

export function readLast(releases: string): LastTrial | undefined {
  return readLines(join(releases, 'last'), lastSchema);
}

function readLines<S extends v.GenericSchema>(file: string, schema: S): v.InferOutput<S> | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined; // a machine without releases, or none on trial
  }
  const lines = text.split('\n').map((line) => /^(\w+)=(.*)$/.exec(line));
  const read = v.safeParse(schema, Object.fromEntries(lines.flatMap((line) => (line ? [[line[1], line[2]]] : []))));
  return read.success ? read.output : undefined;
}
