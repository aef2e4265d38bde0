/**
 * The key with which a hub signs the operators' list: `operators-list.key` in the data directory (Ed25519, PKCS #8 in PEM), for its owner alone;
 * made when it is first needed. Every gateway's enrolment names its public half.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { type Key, readKeys } from '../../shared/enrolment/keys.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { changing } from '../machine/folder-lock.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { say } from './words.ts';

export function listKeyFileOf(dataDirectory: string): string {
  return join(dataDirectory, 'operators-list.key');
}

export interface ListKey {
  /** Base64url. */
  readonly publicKey: string;
  privateKey(): Promise<Key>;
}

/**
 * The key that is there, or a new one. `isNeeded`: lists have been signed, so that a missing key cannot be replaced by another.
 * Throws a MachimoriError "list-key-unusable", "file-unwritable".
 */
export function listKey(dataDirectory: string, isNeeded: boolean): ListKey {
  const file = listKeyFileOf(dataDirectory);
  if (!isNeeded) keyIn(file, dataDirectory);
  try {
    const own = createPrivateKey(readFileSync(file));
    const publicKey = createPublicKey(own).export({ format: 'jwk' }).x ?? '';
    const pkcs8 = Uint8Array.from(own.export({ type: 'pkcs8', format: 'der' }));
    const raw = fromBase64url(publicKey);
    if (own.asymmetricKeyType !== 'ed25519' || raw === undefined) throw new TypeError('not an Ed25519 key');
    return { publicKey, privateKey: async () => (await readKeys('Ed25519', pkcs8, raw)).privateKey };
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
