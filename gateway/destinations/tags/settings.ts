/** `tags`: its settings, and what can be wrong with them. */
import { statSync } from 'node:fs';
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { textOf } from '../../../shared/errors.ts';
import { address, finite, must, setting, size, text, whole } from '../../../shared/setting.ts';
import { isOpenToOthers } from '../../machine/open-file.ts';
import { isLocal } from '../../net/address.ts';
import { checkTlsFiles } from '../../net/credential-file.ts';
import { checkLogin, loginSettings, schemaName } from '../../postgres/settings.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import { commonSettings } from '../common-settings.ts';
import { readAccounts } from './accounts.ts';
import { hintFor, readOperatorKey } from './operator-key.ts';
import { say } from './words.ts';

const dayMs = 86_400_000;
/** Less does not hold one transaction and the log. */
const minSizeMb = 10;

export const tagSettings = v.strictObject({
  ...commonSettings,
  type: setting(v.literal('tags'), say.type()),
  window: v.optional(commonSettings.window.wrapped, 32),
  url: setting(text, say.url()),
  ...loginSettings,
  schema: v.optional(setting(schemaName, say.schema()), 'machimori_tags'),
  operatorKeyFile: setting(text, say.operatorKeyFile()),
  enrolledFile: setting(text, say.enrolledFile()),
  retentionMs: setting(duration(3_600_000, 400 * dayMs), say.retention()),
  maxSizeBytes: v.optional(
    setting(v.pipe(size, v.minValue(minSizeMb * 1e6, must(say.mustBeLarger({ min: minSizeMb })))), say.maxSize()),
    '10GB',
  ),
  maxSpeed: v.optional(
    setting(
      v.pipe(finite, v.minValue(1, must(say.mustBeSpeed())), v.maxValue(400, must(say.mustBeSpeed()))),
      say.maxSpeed(),
    ),
    40,
  ),
  listen: v.optional(setting(address, say.listen())),
  listenCertFile: v.optional(setting(text, say.listenCertFile())),
  listenKeyFile: v.optional(setting(text, say.listenKeyFile())),
  accountsFile: v.optional(setting(text, say.accountsFile())),
  perMinute: v.optional(setting(whole(1, 100_000), say.perMinute()), 60),
  auditRetentionMs: v.optional(setting(duration(31 * dayMs, 3_660 * dayMs), say.auditRetention()), '1095d'),
  answerTimeoutMs: v.optional(setting(duration(1_000, 3_600_000), say.answerTimeout()), '60s'),
});
export type TagSettings = v.InferOutput<typeof tagSettings>;

export function checkTags(settings: TagSettings, path: Path): Fault[] {
  const { operators, enrolledFile, operatorKeyFile } = settings;
  const isThere = statSync(enrolledFile, { throwIfNoEntry: false })?.isFile() === true;
  return [
    ...checkLogin(settings, path),
    ...(operators.length === 0 ? [fault([...path, 'operators'], say.whoseTags(), say.nameOperator())] : []),
    ...checkOperatorKey(operatorKeyFile, [...path, 'operatorKeyFile']),
    ...(isThere
      ? checkMode(enrolledFile, [...path, 'enrolledFile'])
      : [fault([...path, 'enrolledFile'], say.noTable({ file: enrolledFile }), say.makeTable())]),
    ...checkQuestions(settings, path),
  ];
}

/** Whoever else could read it could open every sighting: not a note, as with other keys. */
function checkOperatorKey(file: string, path: Path): Fault[] {
  try {
    readOperatorKey(file);
  } catch (cause) {
    return [fault(path, say.keyFault({ file, what: textOf(cause) }), hintFor(cause))];
  }
  return checkMode(file, path);
}

function checkMode(file: string, path: Path): Fault[] {
  return isOpenToOthers(file) ? [fault(path, say.readableByOthers({ file }), say.chmod({ file }))] : [];
}

/** What is asked for tells where people are, so nobody asks without a name, and nothing of it travels in clear. */
function checkQuestions(settings: TagSettings, path: Path): Fault[] {
  const { listen, listenCertFile: certFile, listenKeyFile: keyFile, accountsFile } = settings;
  if (listen === undefined) {
    const idle = [certFile, keyFile, accountsFile].some((file) => file !== undefined);
    return idle ? [note([...path, 'accountsFile'], say.nobodyListens(), say.addListen())] : [];
  }
  const ofTls: Readonly<Record<string, string>> = { certFile: 'listenCertFile', keyFile: 'listenKeyFile' };
  const tls = checkTlsFiles('https:', { certFile, keyFile }, path).map((each) => ({
    ...each,
    path: each.path.map((key) => ofTls[key] ?? key),
  }));
  const isClear = certFile === undefined && !isLocal(listen);
  return [
    ...tls,
    ...(isClear ? [fault([...path, 'listen'], say.openWithoutTls(), say.addCertificate())] : []),
    ...checkAccounts(accountsFile, [...path, 'accountsFile']),
  ];
}

function checkAccounts(file: string | undefined, path: Path): Fault[] {
  if (file === undefined) return [fault(path, say.noAccounts(), say.makeAccount())];
  try {
    readAccounts(file);
    return checkMode(file, path);
  } catch (cause) {
    return [fault(path, textOf(cause), say.makeAccount())];
  }
}
