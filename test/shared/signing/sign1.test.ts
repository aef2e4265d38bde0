/** Signed messages: what was signed is read as it was, and nothing else passes. */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type Bytes, newKeys, readKeys } from '../../../shared/enrolment/keys.ts';
import { encodeCbor } from '../../../shared/feed/cbor.ts';
import { hexBytes, toHex } from '../../../shared/hex.ts';
import {
  encodeSign1,
  isSignedBy,
  kidOf,
  readSign1,
  type Signer,
  signed,
  signerOf,
} from '../../../shared/signing/sign1.ts';

const context = 'machimori test 1';
const maxBytes = 4096;
let publicKey: Bytes;
let signer: Signer;
beforeAll(async () => {
  const keys = await newKeys('Ed25519');
  publicKey = keys.publicKey;
  signer = await signerOf((await readKeys('Ed25519', keys.pkcs8, publicKey)).privateKey, publicKey);
});

const bytes = (text: string): Bytes => Uint8Array.from(hexBytes(text));
/** RFC 8032 §7.1, test 1. */
const rfcKey = {
  secret: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  public: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
};
/** The prefix of an Ed25519 key in PKCS #8 (RFC 8410 §7). */
const pkcs8 = '302e020100300506032b657004220420';

test('what is signed is read as it was, of any length, and by its own key alone', async () => {
  const other = await newKeys('Ed25519');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (payload) => {
      const message = readSign1(await encodeSign1(payload, context, signer), maxBytes);
      expect(message.payload).toEqual(payload);
      expect(message.kid).toEqual(await kidOf(publicKey));
      expect(await isSignedBy(message, context, publicKey)).toBe(true);
      expect(await isSignedBy(message, context, other.publicKey)).toBe(false);
    }),
    { numRuns: 50 },
  );
});

test('a message with any bit changed is no message, or not signed, or names another key', async () => {
  const whole = await encodeSign1(Uint8Array.of(1, 2, 3), context, signer);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const changed = Uint8Array.from(whole);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(await isTaken(changed), `bit ${bit}`).toBe(false);
  }
});

test('of what was signed nobody can make another message: its frame has one form', async () => {
  const whole = await encodeSign1(Uint8Array.of(1, 2, 3), context, signer);
  const frame = whole.subarray(2);
  const forms = {
    'an array that does not say its length': [0xd2, 0x9f, ...frame, 0xff],
    'a longer head of the array': [0xd2, 0x98, 4, ...frame],
    'a longer head of the header': [0xd2, 0x84, 0x58, (frame[0] ?? 0) & 31, ...frame.subarray(1)],
    'a map that does not say its length': [...whole.subarray(0, -71), 0xbf, 0xff, ...whole.subarray(-70)],
  };
  expect(whole[whole.length - 71]).toBe(0xa0);
  for (const [name, form] of Object.entries(forms)) expect(await isTaken(Uint8Array.from(form)), name).toBe(false);
});

test('garbage never passes, and never throws anything but what says so', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (garbage) => {
      expect(await isTaken(garbage)).toBe(false);
      expect(await isTaken(Uint8Array.of(0xd2, 0x84, ...garbage))).toBe(false);
    }),
  );
});

test('a signature under one thing is none under another', async () => {
  const message = readSign1(await encodeSign1(Uint8Array.of(1), 'machimori release 1', signer), maxBytes);
  expect(await isSignedBy(message, context, publicKey)).toBe(false);
});

test('what is larger than the reader allows is refused before it is read', async () => {
  const whole = await encodeSign1(new Uint8Array(100), context, signer);
  expect(() => readSign1(whole, whole.length - 1)).toThrow('more than');
  expect(readSign1(whole, whole.length).payload).toHaveLength(100);
});

test.each([
  [
    'ES256',
    new Map<number, unknown>([
      [1, -7],
      [4, Uint8Array.of(1)],
    ]),
    new Map(),
    'another algorithm',
  ],
  ['no algorithm', new Map<number, unknown>([[4, Uint8Array.of(1)]]), new Map(), 'another algorithm'],
  ['no kid', new Map<number, unknown>([[1, -8]]), new Map(), 'a header'],
  [
    'a kid that is a text',
    new Map<number, unknown>([
      [1, -8],
      [4, '1'],
    ]),
    new Map(),
    'a header',
  ],
  [
    'a critical header',
    new Map<number, unknown>([
      [1, -8],
      [4, Uint8Array.of(1)],
      [2, [99]],
    ]),
    new Map(),
    'a header',
  ],
  [
    'an unprotected header',
    new Map<number, unknown>([
      [1, -8],
      [4, Uint8Array.of(1)],
    ]),
    new Map([[1, -8]]),
    'a header',
  ],
])('a message with %s is refused', (_, header, unprotected, reason) => {
  const parts = [encodeCbor(header), unprotected, new Uint8Array(1), new Uint8Array(64)];
  expect(() => readSign1(Uint8Array.of(0xd2, ...encodeCbor(parts)), maxBytes)).toThrow(reason);
});

test('32 bytes that are no key have signed nothing', async () => {
  const message = readSign1(await encodeSign1(Uint8Array.of(1), context, signer), maxBytes);
  expect(await isSignedBy(message, context, new Uint8Array(31))).toBe(false);
  expect(await isSignedBy(message, context, new Uint8Array(32).fill(0xff))).toBe(false);
});

test("the structure that is signed is that of the COSE working group's example (eddsa-sig-02)", () => {
  expect(toHex(signed(bytes('a10127'), '', new TextEncoder().encode('This is the content.')))).toBe(
    '846a5369676e61747572653143a101274054546869732069732074686520636f6e74656e742e',
  );
});

test('a message is the same bytes wherever it is signed: a vector of another program (pyca/cryptography)', async () => {
  const secret = await readKeys('Ed25519', bytes(pkcs8 + rfcKey.secret), bytes(rfcKey.public));
  const signer = await signerOf(secret.privateKey, bytes(rfcKey.public));
  const message = await encodeSign1(new TextEncoder().encode('街守り'), 'machimori test 1', signer);
  expect(toHex(message)).toBe(
    'd2844da20127044821fe31dfa154a261a049e8a197e5ae88e3828a5840d0a38c20c5e58b152ec260d8bbceb1f182d6c96571cfd7e63c0bf49f5e11e342797f64c294213ad663255793c9b3c99ba4094691aea75e2c8ddfd48f042f8600',
  );
});

async function isTaken(message: Uint8Array): Promise<boolean> {
  try {
    const read = readSign1(message, maxBytes);
    const isItsKey = toHex(read.kid) === toHex(await kidOf(publicKey));
    return isItsKey && (await isSignedBy(read, context, publicKey));
  } catch (error) {
    expect(error).toHaveProperty('name', 'TextError');
    return false;
  }
}
