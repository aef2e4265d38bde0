/** `machimori gateway hub-certificate` and `crl`: what a hub's own certificate authority makes beside gateways' certificates. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
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

/** What a gateway must trust to believe that it talks to this hub: `ca` in PEM; undefined if what it trusts anyway will do. */
export interface ServerTrust {
  readonly ca: string | undefined;
  /** No: the certificate is of an authority that is neither public nor known here. */
  readonly isKnown: boolean;
}

/** `own`: the hub's own authority, in PEM. Throws a MachimoriError "no-certificate". */
export function trustInServer(config: Config, own: string | undefined): ServerTrust {
  const { url, certFile, caFile } = doorOf(config);
  if (url !== undefined) return { ca: caFile === undefined ? undefined : readCertificate(caFile), isKnown: true };
  if (certFile === undefined) return { ca: undefined, isKnown: true };
  const chain = chainOf(readCertificate(certFile));
  const top = chain.at(-1) ?? '';
  if (own !== undefined && isSignedBy(top, own)) return { ca: own, isKnown: true };
  if (isPublic(top)) return { ca: undefined, isKnown: true };
  const isOfItsOwn = isSignedBy(top, top); // self-signed, or the root that its own authority's chain ends with
  return isOfItsOwn ? { ca: top, isKnown: true } : { ca: undefined, isKnown: false };
}

/** The certificates of a file, each in PEM: that of the server first. */
function chainOf(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g) ?? [];
}

/** Whether one of the roots that Node.js brings has signed it, or it is one. */
function isPublic(pem: string): boolean {
  const { raw } = new X509Certificate(pem);
  return rootCertificates.some((root) => new X509Certificate(root).raw.equals(raw) || isSignedBy(pem, root));
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
