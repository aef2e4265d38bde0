/**
 * Whose releases this box takes: the Ed25519 public keys (PEM, SubjectPublicKeyInfo) in folders that only root may write. What came over
 * the network never adds one. A file that is no such key is passed over, and so is a folder that cannot be read; the others count.
 * Bounds: `maxKeys` in all; files beyond it, by their names, are passed over together.
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

/** `passedOver` hears of each file that is no such key, and of what else does not count: a MachimoriError "release-key". */
export async function readTrustedKeys(
  folders: readonly string[],
  passedOver: (fault: MachimoriError) => void,
): Promise<readonly TrustedKey[]> {
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => filesIn(folder, passedOver))
    .toSorted();
  const [first] = files.splice(maxKeys);
  if (first !== undefined) {
    passedOver(
      new MachimoriError('release-key', { what: say.tooManyKeys({ max: maxKeys }), on: first, hint: say.removeKeys() }),
    );
  }
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

function filesIn(folder: string, passedOver: (fault: MachimoriError) => void): string[] {
  try {
    return readdirSync(folder).flatMap((name) => (name.endsWith('.pem') ? [join(folder, name)] : []));
  } catch (cause) {
    const what = say.keyFolderUnreadable({ why: messageOf(cause) });
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
