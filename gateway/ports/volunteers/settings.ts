/** `volunteers`: its settings, and what can be wrong with them. */
import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { address, id, must, setting, table, text, textUpTo, whole } from '../../../shared/setting.ts';
import { say as sayShared } from '../../../shared/words.ts';
import { isLocal } from '../../net/address.ts';
import { checkTlsFiles } from '../../net/credential-file.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import { say as portWords } from '../words.ts';
import { say } from './words.ts';

/** As the app's own check has it (devices/watch-app/page/config.ts). */
const name = v.pipe(textUpTo(200), v.minLength(1, must(sayShared.mustNotBeEmpty())));

export const volunteersSettings = v.strictObject({
  name: setting(id, portWords.name()),
  type: setting(v.literal('volunteers'), say.volunteers()),
  listen: v.optional(setting(address, say.listen()), '127.0.0.1:8090'),
  certFile: v.optional(setting(text, say.certFile())),
  keyFile: v.optional(setting(text, say.keyFile())),
  tenant: v.optional(setting(id, say.tenant())),
  perMinute: v.optional(setting(whole(0, 100_000), say.perMinute()), 120),
  maxClients: v.optional(setting(whole(1, 20_000), say.maxClients()), 1_000),
  city: v.optional(setting(table(v.entriesFromList(['en', 'ja'], setting(name, say.cityName()))), say.city())),
  contact: v.optional(
    setting(v.pipe(textUpTo(200), v.regex(/^(https:\/\/|mailto:)/, must(say.mustBeContact()))), say.contact()),
  ),
  appDirectory: v.optional(setting(text, say.appDirectory())),
});
export type VolunteersSettings = v.InferOutput<typeof volunteersSettings>;

export function checkVolunteers(settings: VolunteersSettings, path: Path): Fault[] {
  const { listen, certFile, keyFile, city, contact, appDirectory } = settings;
  const faults = [...checkTlsFiles('https:', { certFile, keyFile }, path)];
  if (certFile === undefined && !isLocal(listen)) {
    faults.push(note([...path, 'listen'], say.openWithoutTls(), say.addCertificate()));
  }
  if ((city === undefined) !== (contact === undefined)) {
    faults.push(fault(path, say.halfCity(), say.addOther()));
  }
  if (appDirectory !== undefined && !existsSync(appDirectory)) {
    faults.push(fault([...path, 'appDirectory'], say.noApp(), say.buildApp()));
  }
  return faults;
}
