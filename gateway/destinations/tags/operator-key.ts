/** An operator's private key, as `machimori operator keys` made it. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromBase64url } from '../../../shared/enrolment/base64url.ts';
import { readKeys } from '../../../shared/enrolment/keys.ts';
import { Opener } from '../../../shared/enrolment/seal.ts';
import { codeOf, MachimoriError, messageOf, TextError, textOf } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
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
    throw new MachimoriError('not-a-key', { what: textOf(cause), on: file, hint: hintFor(cause), cause });
  }
}

/** Throws a TextError that says what is there instead. */
export function readOperatorKey(file: string): KeyObject {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Unreadable(
      { ENOENT: say.noKeyFile(), EISDIR: say.keyIsFolder() }[codeOf(cause)] ??
        say.fileUnreadable({ why: messageOf(cause) }),
      cause,
    );
  }
  let own: KeyObject;
  try {
    own = createPrivateKey(content);
  } catch (cause) {
    throw new TextError(kindOf(content), cause);
  }
  const { asymmetricKeyType = '' } = own;
  if (asymmetricKeyType !== 'x25519') throw new TextError(say.otherKey({ type: asymmetricKeyType }));
  return own;
}

class Unreadable extends TextError {}

/** What to do about what `readOperatorKey` throws. */
export function hintFor(fault: unknown): Text {
  return fault instanceof Unreadable ? say.checkPath() : say.nameKey();
}

/** What a file is that is no private key. */
function kindOf(content: string): Text {
  const isPublic = /-----BEGIN (RSA |EC )?PUBLIC KEY-----/.test(content) || /^\s*[A-Za-z0-9_-]{43}\s*$/.test(content);
  if (isPublic) return say.publicKeyThere();
  if (content.includes('-----BEGIN CERTIFICATE-----')) return say.certificateThere();
  if (/ENCRYPTED/.test(content) && content.includes('PRIVATE KEY-----')) return say.keyWithPassphrase();
  return say.notKey();
}

/** Base64url. */
export function publicKeyOf(own: KeyObject): string {
  return createPublicKey(own).export({ format: 'jwk' }).x ?? '';
}
