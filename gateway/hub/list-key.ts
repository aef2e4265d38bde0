/**
 * The key with which a hub signs the operators' list: `operators-list.key` in the data directory (Ed25519, PKCS #8 in PEM), for its owner alone;
 * made when it is first needed. Every gateway's enrolment names its public half.
 */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { type OwnKey, readOwnKey } from '../machine/ed25519-file.ts';
import { changing } from '../machine/folder-lock.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { say } from './words.ts';

export function listKeyFileOf(dataDirectory: string): string {
  return join(dataDirectory, 'operators-list.key');
}

/**
 * The key that is there, or a new one. `isNeeded`: lists have been signed, so that a missing key cannot be replaced by another.
 * Throws a MachimoriError "list-key-unusable", "file-unwritable".
 */
export function listKey(dataDirectory: string, isNeeded: boolean): OwnKey {
  const file = listKeyFileOf(dataDirectory);
  if (!isNeeded) keyIn(file, dataDirectory);
  try {
    return readOwnKey(file);
  } catch (cause) {
    throw new MachimoriError('list-key-unusable', {
      what: say.listKeyUnusable({ why: messageOf(cause) }),
      on: file,
      hint: say.restoreListKey(),
      cause,
    });
  }
}

/** Makes an Ed25519 key there unless there is a file. Throws a MachimoriError "file-unwritable". */
export function keyIn(file: string, dataDirectory: string): void {
  if (existsSync(file)) return;
  changing(dataDirectory, () => {
    if (existsSync(file)) return; // another process was first
    const { privateKey } = generateKeyPairSync('ed25519');
    replaceFile(file, Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  });
}
