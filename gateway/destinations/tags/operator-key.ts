/** An operator's private key, as `machimori operator keys` made it. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromBase64url } from '../../../shared/enrolment/base64url.ts';
import { readKeys } from '../../../shared/enrolment/keys.ts';
import { Opener } from '../../../shared/enrolment/seal.ts';
import { MachimoriError, messageOf } from '../../../shared/errors.ts';
import { say } from './words.ts';

/** What opens the sightings of whoever has this private key (PEM). Throws a MachimoriError "not-a-key". */
export async function openerOf(file: string): Promise<Opener> {
  try {
    const own = readOperatorKey(file);
    const publicKey = fromBase64url(publicKeyOf(own)) ?? new Uint8Array();
    return await Opener.of(
      await readKeys('X25519', Uint8Array.from(own.export({ type: 'pkcs8', format: 'der' })), publicKey),
    );
  } catch (cause) {
    throw new MachimoriError('not-a-key', {
      what: say.notKey({ why: messageOf(cause) }),
      on: file,
      hint: say.nameKey(),
      cause,
    });
  }
}

/** Throws what Node says if it is no X25519 private key. */
export function readOperatorKey(file: string): KeyObject {
  const own = createPrivateKey(readFileSync(file));
  if (own.asymmetricKeyType !== 'x25519') throw new TypeError(own.asymmetricKeyType);
  return own;
}

/** Base64url. */
export function publicKeyOf(own: KeyObject): string {
  return createPublicKey(own).export({ format: 'jwk' }).x ?? '';
}
