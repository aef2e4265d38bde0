/**
 * Whose releases this box takes: the Ed25519 public keys (PEM, SubjectPublicKeyInfo) in folders that only root may write. What came over
 * the network never adds one.
 * Bounds: `maxKeys` in all.
 */
import { createPublicKey } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import type { Bytes } from '../../shared/enrolment/keys.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { kidOf } from '../../shared/signing/sign1.ts';
import { say } from './words.ts';

/** Of the package, and of whoever looks after this box. */
export const KEY_FOLDERS = ['/usr/share/machimori/release-keys', '/etc/machimori-release-keys'] as const;

export const maxKeys = 100;

export interface TrustedKey {
  /** Its file. */
  readonly file: string;
  readonly kid: Bytes;
  readonly publicKey: Bytes;
}

/** Throws a MachimoriError "release-key" for a file that is no such key. */
export async function readTrustedKeys(folders: readonly string[]): Promise<readonly TrustedKey[]> {
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((file) => file.endsWith('.pem'))
    .toSorted()
    .slice(0, maxKeys);
  return Promise.all(files.map(readTrustedKey));
}

/** Throws a MachimoriError "release-key". */
export async function readTrustedKey(file: string): Promise<TrustedKey> {
  try {
    const key = createPublicKey(readFileSync(file));
    const publicKey = fromBase64url(key.export({ format: 'jwk' }).x ?? '');
    if (key.asymmetricKeyType !== 'ed25519' || publicKey === undefined) throw new TypeError('not an Ed25519 key');
    return { file, publicKey, kid: await kidOf(publicKey) };
  } catch (cause) {
    throw new MachimoriError('release-key', {
      what: say.notReleaseKey({ why: messageOf(cause) }),
      on: file,
      hint: say.makeReleaseKey(),
      cause,
    });
  }
}
