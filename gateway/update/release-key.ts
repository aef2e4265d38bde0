/** The private key with which releases are signed: Ed25519, PKCS #8 in PEM. It never comes near a box. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { readKeys } from '../../shared/enrolment/keys.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { type Signer, signerOf } from '../../shared/signing/sign1.ts';
import { say } from './words.ts';

/** Rejects with a MachimoriError "release-key". */
export async function readSigner(file: string): Promise<Signer> {
  try {
    const own = createPrivateKey(readFileSync(file));
    const publicKey = fromBase64url(createPublicKey(own).export({ format: 'jwk' }).x ?? '');
    if (own.asymmetricKeyType !== 'ed25519' || publicKey === undefined) throw new TypeError('not an Ed25519 key');
    const pkcs8 = Uint8Array.from(own.export({ type: 'pkcs8', format: 'der' }));
    return await signerOf((await readKeys('Ed25519', pkcs8, publicKey)).privateKey, publicKey);
  } catch (cause) {
    throw new MachimoriError('release-key', {
      what: say.notSigningKey({ why: messageOf(cause) }),
      on: file,
      hint: say.makeSigningKey(),
      cause,
    });
  }
}
