/** `machimori operator keys`: an operator's own key pair, made at its side and never at the hub. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { readKeys } from '../../shared/enrolment/keys.ts';
import { Opener } from '../../shared/enrolment/seal.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { type Called, UsageError } from './verb.ts';
import type { operatorKeysUsage } from './verbs/operator.ts';
import { say } from './words/operator.ts';

export async function makeOperatorKeys({ args, terminal }: Called<typeof operatorKeysUsage>): Promise<number> {
  const [file, publicFile] = [join(args.folder, 'operator.key'), join(args.folder, 'operator.pub')];
  if (existsSync(file)) throw new UsageError(say.keyIsThere({ file }));
  makeFolder(args.folder);
  const { privateKey } = generateKeyPairSync('x25519');
  const key = publicKeyOf(privateKey);
  replaceFile(file, Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }))); // mode 0600
  replaceFile(publicFile, Buffer.from(`${key}\n`));
  terminal.print(say.keysMade({ file }));
  terminal.print(say.handIn({ key }));
  return 0;
}

/** What opens the sightings of whoever has this private key (PEM). Throws a MachimoriError "not-a-key". */
export async function openerOf(file: string): Promise<Opener> {
  try {
    const own = createPrivateKey(readFileSync(file));
    const publicKey = fromBase64url(publicKeyOf(own));
    if (own.asymmetricKeyType !== 'x25519' || publicKey === undefined) throw new TypeError(own.asymmetricKeyType);
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

/** Base64url. */
function publicKeyOf(own: KeyObject): string {
  return createPublicKey(own).export({ format: 'jwk' }).x ?? '';
}
