/** `machimori gateway hub-certificate` and `crl`: what a hub's own certificate authority makes beside gateways' certificates. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { doorIn } from '../config/hub.ts';
import type { Config } from '../config/settings.ts';
import { askRegister, readJson } from '../control/client.ts';
import { isSignedBy } from '../hub/authority.ts';
import { loadConfig } from './input.ts';
import type { Called } from './verb.ts';
import type { hubCertificateUsage, revocationListUsage } from './verbs/hub.ts';
import { say } from './words/hub.ts';

export async function makeHubCertificate({ args, terminal }: Called<typeof hubCertificateUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  checkHub(config);
  const files = await askRegister(config, (ask) =>
    readJson<{ certFile: string; keyFile: string }>(ask('certify-hub', { names: args.name })),
  );
  terminal.print(say.hubCertified({ names: args.name.join(', ') }));
  terminal.print(say.useHubCertificate(files));
  return 0;
}

export async function printRevocationList({ args, terminal }: Called<typeof revocationListUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  checkHub(config);
  const { list } = await askRegister(config, (ask) => readJson<{ list: string }>(ask('list-revoked', {})));
  terminal.write(list.trimEnd());
  return 0;
}

/** Throws a MachimoriError "not-a-hub". */
export function checkHub(config: Config): void {
  if (doorIn(config) !== undefined) return;
  throw new MachimoriError('not-a-hub', { what: say.notHub(), on: config.file, hint: say.addFeedPort() });
}

interface DoorSettings {
  readonly url?: string;
  readonly listen?: string;
  readonly certFile?: string;
  readonly caFile?: string;
}

/** The settings of a hub's port. */
export function doorOf(config: Config): DoorSettings {
  return (doorIn(config)?.settings ?? {}) as DoorSettings; // of the port type `feed`
}

/**
 * In PEM: what a gateway must trust to believe that it talks to this hub. Undefined: a public authority, as far as can be seen from here.
 * `own`: the hub's own authority.
 */
export function authorityOfServer(config: Config, own: string | undefined): string | undefined {
  const { url, certFile, caFile } = doorOf(config);
  if (url !== undefined) return caFile === undefined ? undefined : readCertificate(caFile);
  if (own === undefined || certFile === undefined) return undefined;
  return isSignedBy(readCertificate(certFile), own) ? own : undefined;
}

/** A host that the certificate of the hub's doors is for. */
export function certifiedHost(certFile: string | undefined): string | undefined {
  if (certFile === undefined) return undefined;
  const { subjectAltName = '' } = new X509Certificate(readCertificate(certFile));
  return /(?:DNS|IP Address):([^,*\s]+)/.exec(subjectAltName)?.[1];
}

/** The text of a file in PEM. Throws a MachimoriError "no-certificate". */
export function readCertificate(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    const what = say.notCertificate({ why: messageOf(cause) });
    throw new MachimoriError('no-certificate', { what, on: file, hint: say.namePem(), cause });
  }
}
