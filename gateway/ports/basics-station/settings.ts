/** The settings of a `basics-station` port, and what is wrong with them together. */
import * as v from 'valibot';
import { address, id, setting, text } from '../../../shared/setting.ts';
import { isLocal } from '../../net/address.ts';
import { checkCredentialFile } from '../../net/credential-file.ts';
import { say as net } from '../../net/words.ts';
import { type Fault, fault, type Path } from '../../words/fault.ts';
import { stations } from '../radio.ts';
import { trustLocal } from '../trust-local.ts';
import { say as portWords } from '../words.ts';
import { checkTokens, ownTokens } from './tokens.ts';
import { say } from './words.ts';

export const basicsStationSettings = v.strictObject({
  name: setting(id, portWords.name()),
  type: setting(v.literal('basics-station'), say.type()),
  listen: v.optional(setting(address, say.listen()), '127.0.0.1:3001'),
  stations,
  certFile: v.optional(setting(text, say.certFile())),
  keyFile: v.optional(setting(text, say.keyFile())),
  caFile: v.optional(setting(text, say.caFile())),
  tokenFile: v.optional(setting(text, say.tokenFile())),
  station: ownTokens,
  trustLocal,
});
export type BasicsStationSettings = Omit<v.InferOutput<typeof basicsStationSettings>, 'type' | 'trustLocal'>;

export function checkBasicsStation(settings: v.InferOutput<typeof basicsStationSettings>, path: Path): Fault[] {
  const { listen, certFile, keyFile, tokenFile, caFile, station } = settings;
  const faults = [
    ...(['certFile', 'keyFile', 'caFile'] as const).flatMap((key) =>
      checkCredentialFile(settings[key], [...path, key], key === 'keyFile' ? 'private-key' : 'certificate'),
    ),
    ...checkTokens(settings, path),
  ];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    faults.push(fault(path, say.tlsIncomplete(), net.addMissing()));
  }
  if (caFile !== undefined && certFile === undefined) {
    faults.push(fault([...path, 'caFile'], say.clientsNeedTls(), say.addTls()));
  }
  const hasCredentials = tokenFile !== undefined || caFile !== undefined || station.length > 0;
  if (!isLocal(listen) && (certFile === undefined || !hasCredentials)) {
    faults.push(fault([...path, 'listen'], say.open(), say.close()));
  } else if (!hasCredentials && !settings.trustLocal) {
    faults.push(fault(path, portWords.openToLocal(), say.closeToLocal()));
  }
  return faults;
}
