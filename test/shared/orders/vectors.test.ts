/** The vector that docs/orders.md has for outsiders is what this program makes and reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readKeys } from '../../../shared/enrolment/keys.ts';
import { hexBytes, toHex } from '../../../shared/hex.ts';
import { maxOrderBytes, ORDER_CONTEXT, orderDigest, readOrder, signOrder } from '../../../shared/orders/order.ts';
import { decodeResult, encodeResult, maxResultBytes } from '../../../shared/orders/result.ts';
import { isSignedBy, readSign1, signerOf } from '../../../shared/signing/sign1.ts';
import { repositoryRoot } from '../../repository-root.ts';

const page = readFileSync(join(repositoryRoot, 'docs/orders.md'), 'utf8');
const [command = '', result = ''] = [...page.matchAll(/^```cbor-hex\n(.*?)^```$/gms)].map(([, hex = '']) =>
  hex.replaceAll('\n', ''),
);
const bytes = (hex: string) => Uint8Array.from(hexBytes(hex));
/** RFC 8032 §7.1, test 1; the private key in PKCS #8 (RFC 8410 §7). */
const publicKey = bytes('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
const pkcs8 = bytes('302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
const ORDER = {
  id: '00112233445566778899aabbccddeeff',
  tenant: 'toyama',
  gateway: 'gateway-01',
  action: 'write',
  device: 'heater',
  arguments: { name: 'setpoint', value: 23.5 },
  issuedAt: 1_798_761_600_000,
  expiresAt: 1_798_761_900_000,
  by: 'tanaka',
};

test('the command', async () => {
  const message = readSign1(bytes(command), maxOrderBytes);
  expect(await isSignedBy(message, ORDER_CONTEXT, publicKey)).toBe(true);
  expect(readOrder(message)).toEqual(ORDER);
  const { privateKey } = await readKeys('Ed25519', pkcs8, publicKey);
  expect(toHex(await signOrder(ORDER, await signerOf(privateKey, publicKey)))).toBe(command);
});

test('the result', async () => {
  const order = await orderDigest(bytes(command));
  expect(page).toContain(order);
  const said = { order, id: ORDER.id, gateway: ORDER.gateway, outcome: 'done', at: 1_798_761_601_234 } as const;
  expect(decodeResult(bytes(result))).toEqual(said);
  expect(toHex(encodeResult(said))).toBe(result);
});

test('the bounds that the page names', () => {
  expect(page).toContain(maxOrderBytes.toLocaleString('en'));
  expect(page).toContain(maxResultBytes.toLocaleString('en'));
});
