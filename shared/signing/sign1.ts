/**
 * A message that somebody signed: COSE_Sign1 (RFC 9052 §4.2) with EdDSA over Ed25519 (RFC 9053 §2.2, RFC 8032).
 *
 *   18([ protected: << { 1: -8, 4: kid } >>, unprotected: {}, payload: bytes, signature: 64 bytes ])
 *
 * The protected header has these two and nothing else, and the unprotected one, which no signature covers, is empty: whatever else
 * stands there could only be meant for a reader that understands it (`crit`, RFC 9052 §3.1). The external_aad (§4.3) is the name of
 * what is signed, so that a signature under a release never passes for one under an order. What no signature covers, the frame of the four parts,
 * is taken in one form alone (RFC 8949 §4.2.1): nobody can make another message of one that was signed.
 *
 * Input is bounded by `maxBytes` before anything is read; what is no such message is a FormatError, a wrong signature is `false`.
 */
import { type Bytes, type Key, readPublicKey } from '../enrolment/keys.ts';
import { FormatError } from '../errors.ts';
import { decodeCbor, encodeCbor } from '../feed/cbor.ts';
import { say } from './words.ts';

/** COSE_Sign1 (RFC 9052 §2), a tag of one byte. */
const TAG = 0xd2;
/** Labels of RFC 9052 §3.1 and the algorithm of RFC 9053 §2.2. */
const ALG = 1;
const KID = 4;
const EDDSA = -8;
/** RFC 8032 §5.1.6. */
const signatureBytes = 64;
/** What the header and the signature may add to the payload. */
export const maxSign1Overhead = 128;
export const maxKidBytes = 32;
/** Of the digest that names a key. */
const kidBytes = 8;

/** Who signs: a key of this program, or whatever else holds one. */
export interface Signer {
  /** 1 to 32 bytes by which readers find the public key; see `kidOf`. */
  readonly kid: Bytes;
  /** Ed25519, 64 bytes. */
  readonly sign: (bytes: Bytes) => Promise<Bytes>;
}

/** What came, read and not yet verified: nothing in it is to be believed before `isSignedBy`. */
export interface Sign1 {
  readonly kid: Bytes;
  /** The protected header as it came. */
  readonly header: Bytes;
  readonly payload: Bytes;
  readonly signature: Bytes;
}

/** The name of a public key (Ed25519, 32 bytes): the first 8 bytes of its SHA-256. It finds a key and proves nothing. */
export async function kidOf(publicKey: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', publicKey)).slice(0, kidBytes);
}

/** `privateKey`: Ed25519 of Web Crypto; `publicKey`: its 32 bytes. */
export async function signerOf(privateKey: Key, publicKey: Bytes): Promise<Signer> {
  return {
    kid: await kidOf(publicKey),
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, bytes)),
  };
}

/** `context`: what is signed ("machimori order 1"); a reader has to say the same. */
export async function encodeSign1(payload: Uint8Array, context: string, signer: Signer): Promise<Bytes> {
  if (!isKid(signer.kid)) throw new RangeError(`a kid has 1 to ${maxKidBytes} bytes`);
  const header = new Map<number, unknown>([
    [ALG, EDDSA],
    [KID, signer.kid],
  ]);
  const bytes = own(encodeCbor(header));
  const signature = await signer.sign(signed(bytes, context, payload));
  if (signature.length !== signatureBytes) throw new RangeError(`a signature has ${signatureBytes} bytes`);
  const parts = encodeCbor([bytes, new Map(), own(payload), signature]);
  const message = new Uint8Array(1 + parts.length);
  message[0] = TAG;
  message.set(parts, 1);
  return message;
}

/** Throws a FormatError if it is larger than `maxBytes`, or no such message. */
export function readSign1(bytes: Uint8Array, maxBytes: number): Sign1 {
  if (bytes.length > maxBytes) throw new FormatError(say.tooLarge({ max: maxBytes }));
  if (bytes[0] !== TAG) throw new FormatError(say.notSign1());
  const parts = decoded(bytes.subarray(1));
  if (!Array.isArray(parts) || parts.length !== 4) throw new FormatError(say.notSign1());
  const [header, unprotected, payload, signature]: readonly unknown[] = parts;
  if (!(header instanceof Uint8Array && payload instanceof Uint8Array && signature instanceof Uint8Array)) {
    throw new FormatError(say.notSign1());
  }
  if (signature.length !== signatureBytes) throw new FormatError(say.notSign1());
  if (!(unprotected instanceof Map && unprotected.size === 0)) throw new FormatError(say.foreignHeader());
  if (!isSame(bytes.subarray(1), encodeCbor([own(header), unprotected, own(payload), own(signature)]))) {
    throw new FormatError(say.notSign1());
  }
  return { kid: kidIn(header), header: own(header), payload: own(payload), signature: own(signature) };
}

/** `publicKey`: Ed25519, 32 bytes. False also for 32 bytes that are no such key. */
export async function isSignedBy(message: Sign1, context: string, publicKey: Bytes): Promise<boolean> {
  try {
    const key = await readPublicKey('Ed25519', publicKey);
    const { signature, header, payload } = message;
    return await crypto.subtle.verify('Ed25519', key, signature, signed(header, context, payload));
  } catch {
    return false; // Web Crypto takes no such key: nothing is signed by it
  }
}

/** The Sig_structure (RFC 9052 §4.4): what the signature is over. */
export function signed(header: Uint8Array, context: string, payload: Uint8Array): Bytes {
  return own(encodeCbor(['Signature1', header, new TextEncoder().encode(context), payload]));
}

function kidIn(header: Uint8Array): Bytes {
  const map = decoded(header);
  if (!(map instanceof Map)) throw new FormatError(say.notSign1());
  if (map.get(ALG) !== EDDSA) throw new FormatError(say.otherAlgorithm());
  const kid: unknown = map.get(KID);
  if (map.size !== 2 || !(kid instanceof Uint8Array && isKid(kid))) throw new FormatError(say.foreignHeader());
  return own(kid);
}

function isKid(kid: Uint8Array): boolean {
  return kid.length > 0 && kid.length <= maxKidBytes;
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return decodeCbor(bytes, { items: 16, containers: 4, hasUniqueKeys: true });
  } catch {
    throw new FormatError(say.notSign1()); // what cbor-x says of it helps nobody
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/** A copy that shares no memory with what it was read from. */
function own(bytes: Uint8Array): Bytes {
  return Uint8Array.from(bytes);
}
