/**
 * Whose releases this box takes: the Ed25519 public keys (PEM, SubjectPublicKeyInfo) in folders that only root may write. What came over
 * the network never adds one. A file that is no such key is passed over, as is a folder that this user may not read, and the others count.
 * Bounds: `maxKeys` in all.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bytes } from '../../shared/enrolment/keys.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { kidOf } from '../../shared/signing/sign1.ts';
import { publicKeyIn } from '../machine/ed25519-file.ts';
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

/** `passedOver` hears of each file that is no such key, and of each folder that cannot be read: a MachimoriError "release-key". */
export async function readTrustedKeys(
  folders: readonly string[],
  passedOver: (fault: MachimoriError) => void,
): Promise<readonly TrustedKey[]> {
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => namesIn(folder, passedOver).map((name) => join(folder, name)))
    .filter((file) => file.endsWith('.pem'))
    .toSorted()
    .slice(0, maxKeys);
  const read = await Promise.all(
    files.map((file) =>
      readTrustedKey(file).catch((fault: MachimoriError) => {
        passedOver(fault);
        return [];
      }),
    ),
  );
  return read.flat();
}

/** A folder that root has made by hand may be for root alone. */
function namesIn(folder: string, passedOver: (fault: MachimoriError) => void): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    const what = say.keysUnreadable({ why: messageOf(cause) });
    passedOver(new MachimoriError('release-key', { what, on: folder, hint: say.letRead({ folder }), cause }));
    return [];
  }
}

/** Rejects with a MachimoriError "release-key", and with nothing else. */
export async function readTrustedKey(file: string): Promise<TrustedKey> {
  try {
    const publicKey = publicKeyIn(readFileSync(file));
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
