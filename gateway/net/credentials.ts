/** Files with secrets: how they are read, compared, and what is wrong with them. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import { say } from './words.ts';

/** A password, certificate or key. Throws a MachimoriError "broker-credentials" if it cannot be read. */
export function readCredential(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new MachimoriError('broker-credentials', {
      what: say.unreadable({ why: messageOf(cause) }),
      on: file,
      hint: say.checkReadable(),
      cause,
    });
  }
}

/**
 * A password or token: a file's text without white space at its end.
 * Throws a MachimoriError "broker-credentials" if it cannot be read or is empty: nothing is not a secret.
 */
export function readSecret(file: string): string {
  const secret = readCredential(file).toString('utf8').trimEnd();
  if (isEmpty(secret)) {
    throw new MachimoriError('broker-credentials', { what: say.emptySecret(), on: file, hint: say.writeSecret() });
  }
  return secret;
}

/** A token is written with or without "Bearer". */
function isEmpty(secret: string): boolean {
  return /^\s*(bearer)?\s*$/i.test(secret);
}

/** Checks a file that a setting names: it must exist; a secret one must not be empty, and only its owner should read it. */
export function checkSecretFile(file: string | undefined, path: Path, isSecret: boolean): Fault[] {
  if (file === undefined) return [];
  if (!existsSync(file)) return [fault(path, say.fileMissing({ file }), say.checkPath())];
  if (!isSecret) return [];
  try {
    if (isEmpty(readFileSync(file, 'utf8'))) return [fault(path, say.fileEmpty({ file }), say.writeSecret())];
  } catch (cause) {
    if (codeOf(cause) !== 'EACCES')
      return [fault(path, say.unreadable({ why: messageOf(cause) }), say.checkReadable())];
  }
  const othersMayRead = (statSync(file).mode & 0o004) !== 0;
  return othersMayRead ? [note(path, say.worldReadable({ file }), say.chmod({ file }))] : [];
}

/** Checks the files of a TLS client: its certificate and key, which go together, and the authority it trusts. */
export function checkTlsFiles(
  files: { readonly [Key in 'caFile' | 'certFile' | 'keyFile']?: string | undefined },
  path: Path,
): Fault[] {
  const isHalf = (files.certFile === undefined) !== (files.keyFile === undefined);
  return [
    ...(isHalf ? [fault(path, say.halfCertificate(), say.addMissing())] : []),
    ...(['caFile', 'certFile', 'keyFile'] as const).flatMap((key) =>
      checkSecretFile(files[key], [...path, key], key === 'keyFile'),
    ),
  ];
}

/** Whether a given text is the secret. Compares hashes in constant time, so that neither content nor length leaks. */
export function sameSecret(secret: string): (given: string) => boolean {
  const expected = digest(secret);
  return (given) => timingSafeEqual(expected, digest(given));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
