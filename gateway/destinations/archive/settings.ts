/** `archive`: its settings, and what can be wrong with them. */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { flag, must, setting, size, text } from '../../../shared/setting.ts';
import { checkCredentialFile, checkTlsFiles } from '../../net/credential-file.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import { commonSettings } from '../common-settings.ts';
import { readAddress, type TlsMode } from './address.ts';
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
  passwordFile: v.optional(setting(text, say.passwordFile())),
  caFile: v.optional(setting(text, say.caFile())),
  certFile: v.optional(setting(text, say.certFile())),
  keyFile: v.optional(setting(text, say.keyFile())),
  schema: v.optional(
    setting(v.pipe(text, v.regex(/^(?!pg_)[a-z_][a-z0-9_]{0,47}$/, must(say.mustBeSchema()))), say.schema()),
    'machimori',
  ),
  retentionMs: v.optional(setting(duration(dayMs, 36_500 * dayMs), say.retention())),
  maxSizeBytes: v.optional(setting(v.pipe(size, v.minValue(minSizeMb * 1e6, mustBeLarger)), say.maxSize()), '1GB'),
  personal: v.optional(setting(flag, say.personal()), false),
  answerTimeoutMs: v.optional(setting(duration(1_000, 3_600_000), say.answerTimeout()), '60s'),
});
export type ArchiveSettings = v.InferOutput<typeof archiveSettings>;

export function checkArchive(settings: ArchiveSettings, path: Path): Fault[] {
  const { url, passwordFile } = settings;
  const at = [...path, 'url'];
  const address = readAddress(url);
  if (address.engine === undefined) return [fault(at, address.what, address.mend)];
  if (address.engine === 'sqlite') {
    const idle = (['passwordFile', 'caFile', 'certFile', 'keyFile'] as const).filter((key) => settings[key]);
    const names = { passwordFile: 'password-file', caFile: 'ca-file', certFile: 'cert-file', keyFile: 'key-file' };
    return idle.map((key) => note([...path, key], say.onlyPostgres({ name: names[key] }), say.remove()));
  }
  const isHere = readAddress(url.replace(/([?&])sslmode=[^&]*/, '$1')); // what it would be without a mode
  const isRemote = isHere.engine === 'postgres' && isHere.tls !== 'disable';
  return [
    ...checkMode(address.tls, isRemote, at),
    ...(settings.caFile !== undefined && !address.tls.startsWith('verify')
      ? [note([...path, 'caFile'], say.authorityUnused(), say.verifyFull())]
      : []),
    ...checkTlsFiles(url, settings, path),
    ...checkCredentialFile(passwordFile, [...path, 'passwordFile'], 'secret'),
  ];
}

function checkMode(tls: TlsMode, isRemote: boolean, at: Path): Fault[] {
  if (!isRemote || tls.startsWith('verify')) return [];
  return tls === 'disable' ? [note(at, say.clearText(), say.useTls())] : [note(at, say.unverified(), say.verifyFull())];
}
