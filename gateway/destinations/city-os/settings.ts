/** `city-os`: the settings of the feed over MQTT, and what can be wrong with them. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { MachimoriError } from '../../../shared/errors.ts';
import { oneOf, setting, text } from '../../../shared/setting.ts';
import { isLoopback } from '../../net/address.ts';
import { checkCredentialFile, checkTlsFiles, tlsFiles } from '../../net/credential-file.ts';
import { type Enrolment, readEnrolment } from '../../net/enrolment.ts';
import { say as net } from '../../net/words.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import { commonSettings, takesTenant } from '../common-settings.ts';
import type { DestinationSurroundings, DestinationType } from '../destination.ts';
import { cityOs } from './city-os.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  ...commonSettings,
  type: setting(v.literal('city-os'), say.type()),
  url: v.optional(setting(text, say.url())),
  enrolmentFile: v.optional(setting(text, say.enrolmentFile())),
  protocol: v.optional(setting(oneOf(['3.1.1', '5']), say.protocol()), '3.1.1'),
  username: v.optional(setting(text, net.username())),
  passwordFile: v.optional(setting(text, net.passwordFile())),
  ...tlsFiles,
  acknowledge: v.optional(setting(oneOf(['receipt', 'puback']), say.acknowledge()), 'receipt'),
  receiptTimeoutMs: v.optional(setting(duration(1_000), say.receiptTimeout()), '30s'),
  keepaliveMs: v.optional(setting(duration(5_000, 3_600_000), say.keepalive()), '30s'),
});
export type CityOsSettings = v.InferOutput<typeof settings>;

export const cityOsType: DestinationType<typeof settings> = {
  name: 'city-os',
  sendsOn: true,
  settings,
  check,
  place: ({ url, enrolmentFile }) => url ?? enrolmentFile ?? '',
  samePlace: say.sameTopics,
  listKey: (settings) => enrolmentOf(settings)?.listKey,
  orderKeys: (settings) => enrolmentOf(settings)?.orderKeys ?? [],
  open: ({ windowSizeBytes, ...rest }: CityOsSettings, { tenant, ...surroundings }: DestinationSurroundings) =>
    cityOs({
      ...rest,
      ...surroundings,
      tenant,
      broker: rest,
      windowBytes: windowSizeBytes,
      sendsOn: (other) => takesTenant(rest, { gateway: { tenant } }, other),
    }),
};

function check(settings: CityOsSettings, path: Path): Fault[] {
  const { url, enrolmentFile, passwordFile } = settings;
  if (enrolmentFile !== undefined) return checkEnrolment(settings, enrolmentFile, path);
  if (url === undefined) return [fault(path, say.noUrl(), say.writeAddress())];
  const faults = checkUrl(url, [...path, 'url']);
  if (passwordFile !== undefined && faults.length === 0) {
    const { protocol, hostname } = new URL(url);
    if (!/^(mqtts|wss):$/.test(protocol) && !isLoopback(hostname)) {
      faults.push(note([...path, 'url'], say.clearPassword(), say.useTls()));
    }
  }
  return [
    ...faults,
    ...checkTlsFiles(url, settings, path),
    ...checkCredentialFile(passwordFile, [...path, 'passwordFile'], 'secret'),
  ];
}

/** One that cannot be read has been said by `check`. */
function enrolmentOf({ enrolmentFile }: CityOsSettings): Enrolment | undefined {
  if (enrolmentFile === undefined) return undefined;
  try {
    return readEnrolment(enrolmentFile);
  } catch (fault) {
    if (!(fault instanceof MachimoriError)) throw fault;
    return undefined;
  }
}

/** It says where the hub is, and who this gateway is there. */
function checkEnrolment(settings: CityOsSettings, file: string, path: Path): Fault[] {
  const at = [...path, 'enrolmentFile'];
  const beside = (['url', 'username', 'passwordFile', 'caFile'] as const).filter((key) => settings[key] !== undefined);
  const faults = [
    ...beside.map((key) => fault([...path, key], say.inEnrolment(), say.removeIt())),
    ...checkCredentialFile(file, at, 'secret'),
  ];
  if (faults.some(({ severity }) => severity === 'fault')) return faults;
  try {
    const enrolment = readEnrolment(file);
    return [...faults, ...checkUrl(enrolment.url, at), ...checkIdentity(enrolment, settings, path)];
  } catch (thrown) {
    if (!(thrown instanceof MachimoriError)) throw thrown;
    return [...faults, fault(at, thrown.what, thrown.hint)];
  }
}

/** Who the gateway is at its hub: the enrolment says it, or files beside it do. */
function checkIdentity(
  { url, password, certificate, key }: Enrolment,
  { certFile, keyFile }: CityOsSettings,
  path: Path,
): Fault[] {
  const at = [...path, 'enrolmentFile'];
  const ownFiles = { certFile, keyFile };
  const hasFiles = certFile !== undefined && keyFile !== undefined;
  if (certificate === undefined && password === undefined && !hasFiles)
    return [fault(at, say.noIdentity(), say.nameOwn())];
  if (certificate === undefined) return checkTlsFiles(url, ownFiles, path);
  if (certFile !== undefined) return [fault([...path, 'certFile'], say.inEnrolment(), say.removeIt())];
  return isPair(certificate, key) ? [] : [fault(at, say.badCertificate(), net.enrolAgain())];
}

function isPair(certificate: string, key = ''): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function checkUrl(written: string, path: Path): Fault[] {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || !['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(url.protocol)) {
    return [fault(path, say.noAddress({ url: written }), say.writeAddress())];
  }
  if (url.username === '' && url.password === '') return [];
  return [fault(path, say.credentialsInUrl(), say.useFiles())];
}
