/** Files with secrets: how they are read, compared, and what is wrong with them. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
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

/** Checks a file that a setting names: it must exist, and only its owner should be able to read a secret one. */
export function checkSecretFile(file: string | undefined, path: Path, isSecret: boolean): Fault[] {
  if (file === undefined) return [];
  if (!existsSync(file)) return [fault(path, say.fileMissing({ file }), say.checkPath())];
  const othersMayRead = (statSync(file).mode & 0o004) !== 0;
  return isSecret && othersMayRead ? [note(path, say.worldReadable({ file }), say.chmod({ file }))] : [];
}

/** Whether a given text is the secret. Compares hashes in constant time, so that neither content nor length leaks. */
export function sameSecret(secret: string): (given: string) => boolean {
  const expected = digest(secret);
  return (given) => timingSafeEqual(expected, digest(given));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
