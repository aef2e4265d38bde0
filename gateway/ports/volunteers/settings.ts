/** `volunteers`: its settings, and what can be wrong with them. */
import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { address, id, setting, text, whole } from '../../../shared/setting.ts';
import { isLocal } from '../../net/address.ts';
import { checkTlsFiles } from '../../net/credential-file.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import { say as portWords } from '../words.ts';
import { say } from './words.ts';

export const volunteersSettings = v.strictObject({
  name: setting(id, portWords.name()),
  type: setting(v.literal('volunteers'), say.volunteers()),
  listen: v.optional(setting(address, say.listen()), '127.0.0.1:8090'),
  certFile: v.optional(setting(text, say.certFile())),
  keyFile: v.optional(setting(text, say.keyFile())),
  tenant: v.optional(setting(id, say.tenant())),
  perMinute: v.optional(setting(whole(0, 100_000), say.perMinute()), 120),
  maxClients: v.optional(setting(whole(1, 20_000), say.maxClients()), 1_000),
  appDirectory: v.optional(setting(text, say.appDirectory())),
});
export type VolunteersSettings = v.InferOutput<typeof volunteersSettings>;

export function checkVolunteers(settings: VolunteersSettings, path: Path): Fault[] {
  const { listen, certFile, keyFile, appDirectory } = settings;
  const faults = [...checkTlsFiles('https:', { certFile, keyFile }, path)];
  if (certFile === undefined && !isLocal(listen)) {
    faults.push(note([...path, 'listen'], say.openWithoutTls(), say.addCertificate()));
  }
  if (appDirectory !== undefined && !existsSync(appDirectory)) {
    faults.push(fault([...path, 'appDirectory'], say.noApp(), say.buildApp()));
  }
  return faults;
}
