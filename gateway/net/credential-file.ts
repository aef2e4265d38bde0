/** What is wrong with a file that a setting names: a secret, a certificate or a private key. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { codeOf, messageOf } from '../../shared/errors.ts';
import { setting, text } from '../../shared/setting.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import { isEmptySecret } from './credentials.ts';
import { say } from './words.ts';

/** The settings of a TLS client's files. */
export const tlsFiles = {
  caFile: v.optional(setting(text, say.publicCa())),
  certFile: v.optional(setting(text, say.clientCert())),
  keyFile: v.optional(setting(text, say.clientKey())),
};

export type CredentialKind = 'secret' | 'certificate' | 'private-key';

/** It must exist and hold what it should; of what is secret, only the owner should read it. */
export function checkCredentialFile(file: string | undefined, path: Path, kind: CredentialKind): Fault[] {
  if (file === undefined) return [];
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) return [fault(path, say.fileMissing({ file }), say.checkPath())];
  if (status.isDirectory()) return [fault(path, say.fileIsFolder({ file }), say.nameFile())];
  try {
    const wrong = contentFault(readFileSync(file, 'utf8'), file, path, kind);
    if (wrong !== undefined) return [wrong];
  } catch (cause) {
    if (codeOf(cause) !== 'EACCES') {
      return [fault(path, say.unreadable({ why: messageOf(cause) }), say.checkReadable())];
    }
  }
  const isOpen = kind !== 'certificate' && (status.mode & 0o004) !== 0;
  return isOpen ? [note(path, say.worldReadable({ file }), say.chmod({ file }))] : [];
}

/** The files of a TLS client: its certificate and key, which go together, and the authority it trusts. */
export function checkTlsFiles(
  url: string,
  { caFile, certFile, keyFile }: { readonly [Key in 'caFile' | 'certFile' | 'keyFile']?: string | undefined },
  path: Path,
): Fault[] {
  const isHalf = (certFile === undefined) !== (keyFile === undefined);
  return [
    ...(isHalf ? [fault(path, say.halfCertificate(), say.addMissing())] : []),
    ...checkCredentialFile(caFile, [...path, 'caFile'], 'certificate'),
    ...checkCredentialFile(certFile, [...path, 'certFile'], 'certificate'),
    ...checkCredentialFile(keyFile, [...path, 'keyFile'], 'private-key'),
    ...checkAuthority(url, caFile, path),
  ];
}

/** An authority does nothing without TLS; that the connection is safe would be a mistake. */
export function checkAuthority(url: string, caFile: string | undefined, path: Path): Fault[] {
  if (caFile === undefined || !/^(mqtt|ws):/i.test(url)) return [];
  return [note([...path, 'caFile'], say.authorityWithoutTls({ url }), say.useTlsOrRemove())];
}

function contentFault(content: string, file: string, path: Path, kind: CredentialKind): Fault | undefined {
  if (kind === 'secret')
    return isEmptySecret(content) ? fault(path, say.fileEmpty({ file }), say.writeSecret()) : undefined;
  if (content.trim() === '') return fault(path, say.fileEmpty({ file }), say.copyPem());
  if (kind === 'certificate' && !isCertificate(content))
    return fault(path, say.notCertificate({ file }), say.copyPem());
  if (kind === 'private-key' && !isPrivateKey(content)) return fault(path, say.notPrivateKey({ file }), say.copyPem());
  return undefined;
}

/** PEM (RFC 7468 §5); of a chain or bundle the first. */
function isCertificate(content: string): boolean {
  try {
    return content.includes('-----BEGIN ') && new X509Certificate(content).subject !== undefined;
  } catch {
    return false;
  }
}

function isPrivateKey(content: string): boolean {
  try {
    return createPrivateKey(content).type === 'private';
  } catch {
    return false;
  }
}
