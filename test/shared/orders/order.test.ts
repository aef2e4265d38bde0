/** Orders and their results: what one end writes the other reads, within bounds, and nothing else is taken. */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { toBase64url } from '../../../shared/enrolment/base64url.ts';
import { newKeys, readKeys } from '../../../shared/enrolment/keys.ts';
import { FormatError } from '../../../shared/errors.ts';
import { encodeCbor } from '../../../shared/feed/cbor.ts';
import { toMap } from '../../../shared/feed/record.ts';
import { maxConfigCharacters } from '../../../shared/orders/actions.ts';
import { maxOrderBytes, type Order, orderDigest, readOrder, signOrder } from '../../../shared/orders/order.ts';
import {
  decodeResult,
  encodeResult,
  maxAttachmentBytes,
  maxResultBytes,
  ORDER_OUTCOMES,
} from '../../../shared/orders/result.ts';
import { readSign1, type Signer, signerOf } from '../../../shared/signing/sign1.ts';

let signer: Signer;
beforeAll(async () => {
  const { pkcs8, publicKey } = await newKeys('Ed25519');
  signer = await signerOf((await readKeys('Ed25519', pkcs8, publicKey)).privateKey, publicKey);
});

const order: Order = {
  id: '00112233445566778899aabbccddeeff',
  tenant: 'toyama',
  gateway: 'gateway-01',
  action: 'restart',
  arguments: {},
  issuedAt: 1_800_000_000_000,
  expiresAt: 1_800_000_600_000,
  by: '防災課 tanaka',
};

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((all) => Buffer.from(all).toString('hex'));
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);
const printed = fc.stringMatching(/^[ -~ぁ-ん]{1,100}$/);

test('an order is read as it was signed', async () => {
  const orders = fc.record(
    {
      ...{ id: hex(16), tenant: name, gateway: name, device: name, by: printed },
      action: fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
      arguments: fc.dictionary(
        fc
          .stringMatching(/^[A-Za-z][A-Za-z0-9]{0,20}$/)
          .filter((key) => key !== 'prototype' && !(key in Object.prototype)), // valibot leaves those out
        fc.oneof(printed, fc.integer(), fc.boolean()),
        { maxKeys: 16, noNullPrototype: true },
      ),
      issuedAt: fc.nat({ max: 4_000_000_000_000 }),
      expiresAt: fc.nat({ max: 4_000_000_000_000 }),
    },
    { requiredKeys: ['id', 'tenant', 'gateway', 'by', 'action', 'arguments', 'issuedAt', 'expiresAt'] },
  );
  await fc.assert(
    fc.asyncProperty(orders, async (given) => {
      expect(readOrder(readSign1(await signOrder(given, signer), maxOrderBytes))).toEqual(given);
    }),
    { numRuns: 60 },
  );
});

test('a configuration of the largest size fits, in Japanese, and a character more does not', async () => {
  const of = (text: string) => signOrder({ ...order, action: 'configure', arguments: { text } }, signer);
  expect((await of('街'.repeat(maxConfigCharacters))).length).toBeLessThanOrEqual(maxOrderBytes);
  await expect(of('x'.repeat(maxConfigCharacters + 1))).rejects.toThrow('not an order');
});

const members = { version: 1, ...order, id: new Uint8Array(16) };
test.each([
  ['nothing', undefined],
  ['a list', [1]],
  ['another version', { ...members, version: 2 }],
  ['a member that nobody knows', { ...members, onlyIf: 'dry' }],
  ['a short id', { ...members, id: new Uint8Array(15) }],
  ['no gateway', { ...members, gateway: undefined }],
  ['a gateway that is no name', { ...members, gateway: '+' }],
  ['a text that steers a terminal', { ...members, by: '\u001b[2J' }],
  ['a time that is a fraction', { ...members, issuedAt: 1.5 }],
  ['a list for an argument', { ...members, arguments: { values: [1] } }],
  [
    'too many arguments',
    { ...members, arguments: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`a${i}`, 1])) },
  ],
])('%s is no order', (_, value) => {
  expect(() => readOrder({ payload: Uint8Array.from(encodeCbor(toMap(value))) })).toThrow('not an order');
});

test('an order that says a thing twice, or leaves open how much it says, is none', async () => {
  const { payload } = readSign1(await signOrder(order, signer), maxOrderBytes);
  const [head = 0, ...members] = payload;
  const again = [0x62, 0x62, 0x79, 0x61, 0x78]; // "by": "x"
  expect(readOrder({ payload: Uint8Array.from([head, ...members]) })).toEqual(order);
  for (const other of [
    [head + 1, ...members, ...again],
    [0xbf, ...members, 0xff],
  ]) {
    expect(() => readOrder({ payload: Uint8Array.from(other) })).toThrow(FormatError);
  }
});

test('a digest names one message', async () => {
  const message = await signOrder(order, signer);
  expect(await orderDigest(message)).toMatch(/^[0-9a-f]{16}$/);
  expect(await orderDigest(message)).not.toBe(
    await orderDigest(await signOrder({ ...order, by: 'somebody else' }, signer)),
  );
});

test('a result is read as it was written', () => {
  const results = fc.record(
    {
      ...{ order: hex(8), id: hex(16), gateway: name, outcome: fc.constantFrom(...ORDER_OUTCOMES) },
      reason: fc.stringMatching(/^[a-z][a-z-]{0,20}$/),
      text: fc.record({ code: fc.constant('commands.expired'), en: printed, ja: printed }),
      at: fc.nat(),
      details: fc.dictionary(
        fc.stringMatching(/^[a-z]{1,20}$/).filter((key) => key !== 'prototype' && !(key in Object.prototype)), // valibot leaves those out
        fc.oneof(printed, fc.integer(), fc.boolean()),
        { maxKeys: 16, noNullPrototype: true },
      ),
      attachment: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => toBase64url(bytes)),
    },
    { requiredKeys: ['order', 'gateway', 'outcome'] },
  );
  fc.assert(
    fc.property(results, (given) => {
      expect(decodeResult(encodeResult(given))).toEqual(given);
    }),
  );
});

test('a result that says too much is cut, and fits', () => {
  const long = '街'.repeat(5_000);
  const details = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`d${i}`, long]));
  const result = {
    order: '00'.repeat(8),
    gateway: 'g',
    outcome: 'failed',
    text: { code: 'a', en: long, ja: long },
    details,
  } as const;
  const bytes = encodeResult(result);
  expect(bytes.length).toBeLessThanOrEqual(maxResultBytes);
  const attachment = toBase64url(new Uint8Array(maxAttachmentBytes));
  const attached = encodeResult({ ...result, attachment });
  expect(attached.length).toBeLessThanOrEqual(maxResultBytes);
  expect(decodeResult(attached)).toMatchObject({ attachment, outcome: 'failed' });
  expect(decodeResult(encodeResult({ ...result, attachment: `${attachment}AAAA` }))).not.toHaveProperty('attachment');
  expect(Object.keys(decodeResult(encodeResult({ ...result, details: { a: long } })).details ?? {})).toEqual(['a']);
});

test('garbage is no result', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(() => decodeResult(bytes)).toThrow('not the result');
    }),
  );
});
