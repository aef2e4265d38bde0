/** `archive`: its settings, and what can be wrong with them. */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { flag, must, setting, size, text } from '../../../shared/setting.ts';
import { readAddress } from '../../postgres/address.ts';
import { checkLogin, defaultSchema, loginSettings, schemaName } from '../../postgres/settings.ts';
import { type Fault, note, type Path } from '../../words/fault.ts';
import { commonSettings } from '../common-settings.ts';
import { say } from './words.ts';

const dayMs = 86_400_000;
/** Less does not hold one transaction and the log. */
const minSizeMb = 10;
const mustBeLarger = must(say.mustBeLarger({ min: minSizeMb }));

export const archiveSettings = v.strictObject({
  ...commonSettings,
  type: setting(v.literal('archive'), say.type()),
  // More than other destinations: one half is decoded while a transaction writes the other, and its cost is shared by more readings.
  window: v.optional(commonSettings.window.wrapped, 32),
  url: setting(text, say.url()),
  ...loginSettings,
  schema: v.optional(setting(schemaName, say.schema()), defaultSchema),
  retentionMs: v.optional(setting(duration(dayMs, 36_500 * dayMs), say.retention())),
  maxSizeBytes: v.optional(setting(v.pipe(size, v.minValue(minSizeMb * 1e6, mustBeLarger)), say.maxSize()), '1GB'),
  relayed: v.optional(setting(flag, say.relayed()), false),
  personal: v.optional(setting(flag, say.personal()), false),
  answerTimeoutMs: v.optional(setting(duration(1_000, 3_600_000), say.answerTimeout()), '60s'),
});
export type ArchiveSettings = v.InferOutput<typeof archiveSettings>;

export function checkArchive(settings: ArchiveSettings, path: Path): Fault[] {
  if (readAddress(settings.url).engine !== 'sqlite') return checkLogin(settings, path);
  const names = {
    passwordFile: 'password-file',
    caFile: 'ca-file',
    certFile: 'cert-file',
    keyFile: 'key-file',
    relayed: 'relayed',
  };
  const idle = (['passwordFile', 'caFile', 'certFile', 'keyFile', 'relayed'] as const).filter((key) => settings[key]);
  return idle.map((key) => note([...path, key], say.onlyPostgres({ name: names[key] }), say.remove()));
}
