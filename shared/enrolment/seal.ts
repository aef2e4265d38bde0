/**
 * Sighted tags, sealed to their operator: who holds the edge, the hub or the wire cannot read which tag was seen, nor where if a phone or a detector on a vehicle saw it.
 *
 *   X25519 (RFC 7748): a key of one use ──▶ HKDF-SHA-256 (RFC 5869) ──▶ AES-256-GCM (NIST SP 800-38D), the nonce counts up
 *
 * Promise: what has been sealed cannot be opened at the edge once its window is over: the secret key is gone after the agreement, the
 * symmetric key with the window (`windowMs`). A sealed identifier belongs to its sighting: put beside another operator, detector or
 * time it does not open. All have one length, so nothing is told of the tag's format. Anybody can seal: it proves nothing about who
 * saw it, nor that anybody did.
 * Bounds: `maxSeals` in a window, then the next begins. Needs Web Crypto with X25519 (Node 20, Chrome 133, Firefox 130, Safari 17).
 */
import { FormatError } from '../errors.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { type Bytes, type Key, type KeyPair, rawOf, readPublicKey } from './keys.ts';
import { packTag, type SightedTag, unpackTag } from './tag-id.ts';
import { say } from './words.ts';

/** As a sighting carries it. Both are base64url. */
export interface Sealed {
  /** Counter (4 bytes, highest first), ciphertext (32), tag (16). */
  readonly sealed: string;
  /** The public key of one use (32 bytes), the same for all of a window. */
  readonly sealedWith: string;
}

/** What the seal is bound to. */
export interface SealedFor {
  readonly operator: string;
  /** The detector's id. */
  readonly device: string;
  /** Epoch ms of the sighting. */
  readonly observedAt: number;
}

const windowMs = 60_000;
const maxSeals = 100_000;
const keyBytes = 32;
const counterBytes = 4;
const sealedBytes = counterBytes + 32 + 16;
const INFO = new TextEncoder().encode('machimori sighting 1');

interface Window {
  readonly endsAt: number;
  readonly key: Key;
  readonly sealedWith: string;
  used: number;
}

/** Seals to one operator. */
export class Sealer {
  readonly #operator: string;
  readonly #publicKey: Bytes;
  #window: Promise<Window> | undefined;
  #endsAt = 0;
  #used = 0;

  /** `publicKey`: X25519, 32 bytes. */
  constructor(operator: string, publicKey: Bytes) {
    this.#operator = operator;
    this.#publicKey = publicKey;
  }

  /** `now`: monotonic ms. Rejects if the operator's key is none. */
  async seal(tag: SightedTag, { device, observedAt }: Omit<SealedFor, 'operator'>, now: number): Promise<Sealed> {
    const window = await this.#windowAt(now);
    const counter = window.used++;
    const about = { operator: this.#operator, device, observedAt };
    const cipher = await crypto.subtle.encrypt(parameters(counter, about), window.key, packTag(tag));
    const sealed = new Uint8Array(sealedBytes);
    new DataView(sealed.buffer).setUint32(0, counter);
    sealed.set(new Uint8Array(cipher), counterBytes);
    return { sealed: toBase64url(sealed), sealedWith: window.sealedWith };
  }

  /** Forgets the window's key if its time is over. Call it now and then: nothing else ends a window without sightings. */
  forget(now: number): void {
    if (now >= this.#endsAt) this.#window = undefined;
  }

  #windowAt(now: number): Promise<Window> {
    if (this.#window === undefined || now >= this.#endsAt || this.#used >= maxSeals) {
      this.#endsAt = now + windowMs;
      this.#used = 0;
      this.#window = this.#begin(this.#endsAt);
      this.#window.catch(() => {
        this.#window = undefined; // the next seal tries again
      });
    }
    this.#used++;
    return this.#window;
  }

  async #begin(endsAt: number): Promise<Window> {
    const pair = (await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits'])) as KeyPair;
    const own = await rawOf(pair.publicKey);
    const key = await agreedKey(pair.privateKey, this.#publicKey, own, this.#publicKey, 'encrypt');
    return { endsAt, key, sealedWith: toBase64url(own), used: 0 };
  }
}

/** Opens what was sealed to one operator. At the operator's side alone. */
export class Opener {
  readonly #keys: KeyPair;
  readonly #publicKey: Bytes;
  /** The newest windows' keys, so that a key is agreed upon once for all sightings of one. */
  readonly #windows = new Map<string, Promise<Key>>();

  private constructor(keys: KeyPair, publicKey: Bytes) {
    this.#keys = keys;
    this.#publicKey = publicKey;
  }

  static async of(keys: KeyPair): Promise<Opener> {
    return new Opener(keys, await rawOf(keys.publicKey));
  }

  /** Rejects with a FormatError if it was not sealed for this, or to another key. */
  async open({ sealed, sealedWith }: Sealed, about: SealedFor): Promise<SightedTag> {
    const bytes = fromBase64url(sealed);
    const theirs = fromBase64url(sealedWith);
    if (bytes?.length !== sealedBytes || theirs?.length !== keyBytes) throw new FormatError(say.notSealed());
    const counter = new DataView(bytes.buffer).getUint32(0);
    let packed: ArrayBuffer;
    try {
      const key = await this.#keyOf(sealedWith, theirs);
      packed = await crypto.subtle.decrypt(parameters(counter, about), key, bytes.subarray(counterBytes));
    } catch {
      throw new FormatError(say.sealedForOther()); // Web Crypto does not say why
    }
    return unpackTag(new Uint8Array(packed));
  }

  #keyOf(sealedWith: string, theirs: Bytes): Promise<Key> {
    const known = this.#windows.get(sealedWith);
    if (known !== undefined) return known;
    const key = agreedKey(this.#keys.privateKey, theirs, theirs, this.#publicKey, 'decrypt');
    this.#windows.set(sealedWith, key);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > maxWindows && oldest !== undefined) this.#windows.delete(oldest);
    return key;
  }
}

/** One for each edge that is heard, about. */
const maxWindows = 20_000;

async function agreedKey(
  own: Key,
  others: Bytes,
  ofOneUse: Bytes,
  ofOperator: Bytes,
  use: 'encrypt' | 'decrypt',
): Promise<Key> {
  const theirs = await readPublicKey('X25519', others);
  const shared = await crypto.subtle.deriveBits({ name: 'X25519', public: theirs }, own, keyBytes * 8);
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const salt = new Uint8Array(2 * keyBytes);
  salt.set(ofOneUse);
  salt.set(ofOperator, keyBytes);
  const aes = { name: 'AES-GCM', length: 256 };
  return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info: INFO }, secret, aes, false, [use]);
}

function parameters(counter: number, { operator, device, observedAt }: SealedFor) {
  const iv = new Uint8Array(12); // a key has one window, and the window counts
  new DataView(iv.buffer).setUint32(8, counter);
  const additionalData = new TextEncoder().encode(JSON.stringify([operator, device, observedAt]));
  return { name: 'AES-GCM', iv, additionalData };
}
