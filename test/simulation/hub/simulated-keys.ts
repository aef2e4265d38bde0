/** The keys of orders in a simulation: the same in every run, so that what is signed is the same. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { orderKeyFileOf } from '../../../gateway/hub/order-key.ts';
import { fromBase64url } from '../../../shared/enrolment/base64url.ts';
import { kidOf, type Signer } from '../../../shared/signing/sign1.ts';

/** PKCS #8 of Ed25519 (RFC 8410 §7) without the 32 bytes of the key. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** `city`: the hub's. `pumps`: may write `probe-1`, and nothing else. `stranger`: no gateway knows it. */
export const KEYS = { city: keyOf(1), pumps: keyOf(2), stranger: keyOf(3) } as const;

/** What gateways are told of them. */
export const ORDER_KEYS_TOML = `[[orders.keys]]
name = "city"
public-key = "${publicOf(KEYS.city)}"
actions = ["*"]
[[orders.keys]]
name = "pumps"
public-key = "${publicOf(KEYS.pumps)}"
actions = ["write"]
devices = ["probe-1"]`;

function keyOf(byte: number): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.alloc(32, byte)]), format: 'der', type: 'pkcs8' });
}

function publicOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'jwk' }).x ?? '';
}

export function putOrderKey(folder: string): void {
  writeFileSync(orderKeyFileOf(folder), KEYS.city.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
}

/** Signs with `key`, under the name of another if one is given. */
export async function signerWith(key: KeyObject, named: KeyObject = key): Promise<Signer> {
  const raw = fromBase64url(publicOf(named)) ?? new Uint8Array();
  return { kid: await kidOf(raw), sign: async (bytes) => Uint8Array.from(sign(null, bytes, key)) };
}
