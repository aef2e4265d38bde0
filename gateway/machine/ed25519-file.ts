/**
 * An Ed25519 key as it lies in a file, in PEM: PKCS #8 for a private key (RFC 5958), SubjectPublicKeyInfo for a public one (RFC 8410).
 * What is no such key is a TypeError, or whatever OpenSSL or the system throws: whoever reads one says what it was for and what to do.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { type Bytes, type Key, readKeys } from '../../shared/enrolment/keys.ts';
import { type Signer, signerOf } from '../../shared/signing/sign1.ts';

export interface OwnKey {
  /** 32 bytes in base64url. */
  readonly publicKey: string;
  /** For Web Crypto. */
  privateKey(): Promise<Key>;
  signer(): Promise<Signer>;
}

/** The private key in a file, and its public half. */
export function readOwnKey(file: string): OwnKey {
  const own = createPrivateKey(readFileSync(file));
  const raw = rawOf(createPublicKey(own));
  const pkcs8 = Uint8Array.from(own.export({ type: 'pkcs8', format: 'der' }));
  const privateKey = async () => (await readKeys('Ed25519', pkcs8, raw)).privateKey;
  return {
    publicKey: Buffer.from(raw).toString('base64url'),
    privateKey,
    signer: async () => signerOf(await privateKey(), raw),
  };
}

/** The public key in a file's bytes: 32 bytes. */
export function publicKeyIn(pem: Buffer): Bytes {
  return rawOf(createPublicKey(pem));
}

function rawOf(key: KeyObject): Bytes {
  const raw = key.asymmetricKeyType === 'ed25519' ? fromBase64url(key.export({ format: 'jwk' }).x ?? '') : undefined;
  if (raw === undefined) throw new TypeError('not an Ed25519 key');
  return raw;
}
