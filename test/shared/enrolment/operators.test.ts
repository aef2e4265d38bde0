/** The signed operators' list: taken from the hub that is trusted alone, and never an older one or one that is over. */
import { beforeAll, expect, test } from 'vitest';
import { type Bytes, newKeys, readKeys } from '../../../shared/enrolment/keys.ts';
import {
  isCurrent,
  maxListBytes,
  type OperatorList,
  readOperatorList,
  signOperatorList,
} from '../../../shared/enrolment/operators.ts';
import { encodeCbor } from '../../../shared/feed/cbor.ts';

const list: OperatorList = {
  number: 7,
  issuedAt: 1_800_000_000_000,
  validUntil: 1_800_003_600_000,
  operators: [
    {
      id: 'alsok',
      name: { en: 'ALSOK', ja: 'アルソック' },
      purpose: { en: 'Finding people who are lost', ja: '行方不明者の捜索' },
      publicKey: new Uint8Array(32).fill(1),
      patterns: [
        { format: 'ibeacon', uuid: 'e2c56db5dffb48d2b060d0f5a71096e0' },
        { format: 'service', uuid: 'fe6f', match: '02....', id: { at: 1, length: 5 } },
      ],
      retentionMs: 3_600_000,
    },
  ],
};
let keys: { pkcs8: Bytes; publicKey: Bytes };
let signed: Bytes;
beforeAll(async () => {
  keys = await newKeys('Ed25519');
  const { privateKey } = await readKeys('Ed25519', keys.pkcs8, keys.publicKey);
  signed = await signOperatorList(list, privateKey);
});

test('what the hub signed is read as it was', async () => {
  expect(await readOperatorList(signed, keys.publicKey)).toEqual({ version: 1, ...list });
});

test('an operator to whose key nothing can be sealed is left out, and the others stay', async () => {
  const { privateKey } = await readKeys('Ed25519', keys.pkcs8, keys.publicKey);
  const [operator] = list.operators;
  if (operator === undefined) throw new Error('no operator');
  const one = Uint8Array.of(1, ...new Uint8Array(31));
  const faulty = [new Uint8Array(32), one].map((publicKey, i) => ({ ...operator, id: `faulty-${i}`, publicKey }));
  const signed = await signOperatorList({ ...list, operators: [...faulty, ...list.operators] }, privateKey);
  expect((await readOperatorList(signed, keys.publicKey)).operators).toEqual(list.operators);
});

test('a list that another hub signed, or of which a bit is changed, is refused', async () => {
  const stranger = await newKeys('Ed25519');
  await expect(readOperatorList(signed, stranger.publicKey)).rejects.toThrow('not signed by the hub');
  for (let at = 0; at < signed.length; at += 7) {
    const changed = Uint8Array.from(signed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(readOperatorList(changed, keys.publicKey)).rejects.toThrow(/not signed|not an operators/);
  }
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['garbage', Uint8Array.of(0xff, 0, 1)],
  ['no signature', Uint8Array.from(encodeCbor([new Uint8Array(3)]))],
])('%s is no list', async (_, bytes) => {
  await expect(readOperatorList(bytes, keys.publicKey)).rejects.toThrow("not an operators' list");
});

test('a list that is too large is not even verified', async () => {
  await expect(readOperatorList(new Uint8Array(maxListBytes + 1), keys.publicKey)).rejects.toThrow('more than');
});

test('a list that is signed but breaks a bound is refused', async () => {
  const { privateKey } = await readKeys('Ed25519', keys.pkcs8, keys.publicKey);
  const [operator] = list.operators;
  if (operator === undefined) throw new Error('no operator');
  for (const change of [
    { id: 'ALSOK/+' },
    { publicKey: new Uint8Array(31) },
    { patterns: [] },
    { patterns: [{ format: 'ibeacon' as const, uuid: 'short' }] },
    { retentionMs: 400 * 86_400_000 },
  ]) {
    const bad = await signOperatorList({ ...list, operators: [{ ...operator, ...change }] }, privateKey);
    await expect(readOperatorList(bad, keys.publicKey)).rejects.toThrow("not an operators' list");
  }
});

test('an older list and one that is over do not count', () => {
  expect(isCurrent(list, undefined, list.issuedAt)).toBe(true);
  expect(isCurrent(list, { ...list, number: 8 }, list.issuedAt)).toBe(false);
  expect(isCurrent(list, list, list.validUntil - 1)).toBe(true);
  expect(isCurrent(list, list, list.validUntil)).toBe(false);
});
