/** Keys of Web Crypto, which Node and browsers name in different places. */

export type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

export interface KeyPair {
  readonly privateKey: Key;
  readonly publicKey: Key;
}

/** X25519: what is sealed to an operator. Ed25519: what a hub signs. */
export type KeyType = 'X25519' | 'Ed25519';

const USES = {
  X25519: { own: ['deriveBits'], public: [] },
  Ed25519: { own: ['sign'], public: ['verify'] },
} as const;

/** A new pair, as it is kept: the private key as PKCS #8 (RFC 5958), the public one as 32 bytes. */
export async function newKeys(type: KeyType): Promise<{ readonly pkcs8: Bytes; readonly publicKey: Bytes }> {
  const pair = (await crypto.subtle.generateKey({ name: type }, true, [
    ...USES[type].own,
    ...USES[type].public,
  ])) as KeyPair;
  return {
    pkcs8: new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
    publicKey: await rawOf(pair.publicKey),
  };
}

/** Rejects if it is no key of that type. */
export async function readKeys(type: KeyType, pkcs8: Bytes, publicKey: Bytes): Promise<KeyPair> {
  return {
    privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, { name: type }, false, [...USES[type].own]),
    publicKey: await readPublicKey(type, publicKey),
  };
}

export function readPublicKey(type: KeyType, raw: Bytes): Promise<Key> {
  return crypto.subtle.importKey('raw', raw, { name: type }, true, [...USES[type].public]);
}

/** Whether anything can be sealed to this X25519 key: a point of low order gives everybody the same secret, and is refused (RFC 7748 §6.1). */
export async function canBeSealedTo(publicKey: Bytes): Promise<boolean> {
  try {
    const own = (await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits'])) as KeyPair;
    const theirs = await readPublicKey('X25519', publicKey);
    await crypto.subtle.deriveBits({ name: 'X25519', public: theirs }, own.privateKey, 256);
    return true;
  } catch {
    return false; // Web Crypto does not say why
  }
}

export async function rawOf(publicKey: Key): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
}

/** Bytes that are this program's own. */
export type Bytes = Uint8Array<ArrayBuffer>;
