/** The private key with which releases are signed: Ed25519, PKCS #8 in PEM. It never comes near a box. */
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import type { Signer } from '../../shared/signing/sign1.ts';
import { readOwnKey } from '../machine/ed25519-file.ts';
import { say } from './words.ts';

/** Rejects with a MachimoriError "release-key". */
export async function readSigner(file: string): Promise<Signer> {
  try {
    return await readOwnKey(file).signer();
  } catch (cause) {
    throw new MachimoriError('release-key', {
      what: say.notSigningKey({ why: messageOf(cause) }),
      on: file,
      hint: say.makeSigningKey(),
      cause,
    });
  }
}
