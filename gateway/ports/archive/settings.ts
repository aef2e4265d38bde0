/** `archive`: its settings, and what can be wrong with them. */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { id, must, setting, text } from '../../../shared/setting.ts';
import { readAddress } from '../../postgres/address.ts';
import { checkLogin, defaultSchema, loginSettings, schemaName } from '../../postgres/settings.ts';
import { type Fault, fault, type Path } from '../../words/fault.ts';
import { say as portWords } from '../words.ts';
import { say } from './words.ts';

/** ISO 8601 with a time zone, or a day. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;
const beginning = v.pipe(
  text,
  v.check(
    (from) =>
      ['now', 'beginning'].includes(from) ||
      (TIME.test(from) && isDay(from.slice(0, 10)) && !Number.isNaN(Date.parse(from))),
    must(say.mustBeFrom()),
  ),
);

/** Date.parse takes the 30th of February for a day of March. */
function isDay(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

export const archivePortSettings = v.strictObject({
  name: setting(id, portWords.name()),
  type: setting(v.literal('archive'), say.type()),
  url: setting(text, say.url()),
  ...loginSettings,
  schema: v.optional(setting(schemaName, say.schema()), defaultSchema),
  from: v.optional(setting(beginning, say.from()), 'now'),
  everyMs: v.optional(setting(duration(100, 3_600_000), say.every()), '1s'),
  answerTimeoutMs: v.optional(setting(duration(1_000, 3_600_000), say.answerTimeout()), '60s'),
});
export type ArchivePortSettings = v.InferOutput<typeof archivePortSettings>;

export function checkArchivePort(settings: ArchivePortSettings, path: Path): Fault[] {
  if (readAddress(settings.url).engine !== 'sqlite') return checkLogin(settings, path);
  return [fault([...path, 'url'], say.notSqlite(), say.twoDestinations())];
}
