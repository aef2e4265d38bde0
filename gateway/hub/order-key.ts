/**
 * The key with which a hub signs orders: `orders.key` in the data directory (Ed25519, PKCS #8 in PEM), for its owner alone; made when it is
 * first needed. Every gateway's enrolment names its public half. A city that keeps its keys elsewhere signs there (`--key`), and this one never
 * comes to be trusted: take it out of the enrolments with `[orders] enrolled = false`.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { readKeys } from '../../shared/enrolment/keys.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { type Signer, signerOf } from '../../shared/signing/sign1.ts';
import { keyIn } from './list-key.ts';
import { say } from './words.ts';

export function orderKeyFileOf(dataDirectory: string): string {
  return join(dataDirectory, 'orders.key');
}

export interface OrderSigner {
  /** Base64url. */
  readonly publicKey: string;
  signer(): Promise<Signer>;
}

/** The hub's own. Throws a MachimoriError "order-key-unusable", "file-unwritable". */
export function orderKey(dataDirectory: string): OrderSigner {
  const file = orderKeyFileOf(dataDirectory);
  keyIn(file, dataDirectory);
  return readOrderKey(file);
}

/** Of a file that somebody keeps. Throws a MachimoriError "order-key-unusable". */
export function readOrderKey(file: string): OrderSigner {
  try {
    const own = createPrivateKey(readFileSync(file));
    const publicKey = createPublicKey(own).export({ format: 'jwk' }).x ?? '';
    const raw = fromBase64url(publicKey);
    if (own.asymmetricKeyType !== 'ed25519' || raw === undefined) throw new TypeError('not an Ed25519 key');
    const pkcs8 = Uint8Array.from(own.export({ type: 'pkcs8', format: 'der' }));
    return {
      publicKey,
      signer: async () => signerOf((await readKeys('Ed25519', pkcs8, raw)).privateKey, raw),
    };
  } catch (cause) {
    throw new MachimoriError('order-key-unusable', {
      what: say.orderKeyUnusable({ why: messageOf(cause) }),
      on: file,
      hint: say.restoreOrderKey(),
      cause,
    });
  }
}
