/**
 * The digest of a batch: the first 8 bytes of the SHA-256 of the whole message (FIPS 180-4), in hexadecimal. A receipt repeats
 * it, so that it is taken for no other batch of that number.
 */
import { toHex } from '../hex.ts';

const digestBytes = 8;

/** Needs Web Crypto, which browsers offer to pages from HTTPS or localhost only. */
export async function digestOf(message: Uint8Array<ArrayBuffer>): Promise<string> {
  const sha256 = await crypto.subtle.digest('SHA-256', message);
  return toHex(new Uint8Array(sha256, 0, digestBytes));
}
