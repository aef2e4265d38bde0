/** What is sealed to an operator: opened by it alone, for the sighting it was sealed for, and never by the edge that sealed it. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { newKeys, readKeys } from '../../../shared/enrolment/keys.ts';
import { Opener, Sealer } from '../../../shared/enrolment/seal.ts';
import {
  maxTagIdBytes,
  packTagId,
  TAG_FORMATS,
  type TagId,
  tagKey,
  unpackTagId,
} from '../../../shared/enrolment/tag-id.ts';

const about = { device: 'detector-01', observedAt: 1_800_000_000_000 };
const tag: TagId = { format: 'ibeacon', bytes: new Uint8Array(20).fill(7) };
const anyTag = fc.record({
  format: fc.constantFrom(...TAG_FORMATS),
  bytes: fc.uint8Array({ maxLength: maxTagIdBytes }),
});

async function operatorOf(name: string) {
  const { pkcs8, publicKey } = await newKeys('X25519');
  const opener = await Opener.of(await readKeys('X25519', pkcs8, publicKey));
  return { name, publicKey, opener };
}
type Party = Awaited<ReturnType<typeof operatorOf>>;
let [mine, other]: Party[] = [];
beforeAll(async () => {
  [mine, other] = [await operatorOf('alsok'), await operatorOf('biblle')];
});
const parties = () => {
  if (mine === undefined || other === undefined) throw new Error('no keys');
  return { mine, other };
};

test('every identifier comes back from its packed form, and all packed forms have one length', () => {
  fc.assert(
    fc.property(anyTag, (id) => {
      const packed = packTagId(id);
      expect(packed).toHaveLength(32);
      expect(unpackTagId(packed)).toEqual({ ...id, bytes: Uint8Array.from(id.bytes) });
    }),
  );
  expect(() => packTagId({ format: 'raw', bytes: new Uint8Array(31) })).toThrow(RangeError);
});

test.each([
  ['of another length', new Uint8Array(31)],
  ['of no format', new Uint8Array(32)],
  ['longer than it can be', Uint8Array.of(1, 31, ...new Uint8Array(30))],
  ['with something after its end', Uint8Array.of(1, 1, 5, 6, ...new Uint8Array(28))],
])('a packed identifier %s is refused', (_, packed) => {
  expect(() => unpackTagId(packed)).toThrow('not a packed tag identifier');
});

test('the operator opens every tag that is sealed to it, in any order', async () => {
  const { mine } = parties();
  const sealer = new Sealer(mine.name, mine.publicKey);
  await fc.assert(
    fc.asyncProperty(fc.array(anyTag, { minLength: 1, maxLength: 8 }), fc.nat(600_000), async (ids, now) => {
      const all = await Promise.all(ids.map((id) => sealer.seal(id, about, now)));
      for (const [i, sealed] of [...all.entries()].reverse()) {
        expect(tagKey(await mine.opener.open(sealed, { ...about, operator: 'alsok' }))).toBe(tagKey(ids[i] as TagId));
      }
    }),
    { numRuns: 20 },
  );
});

describe('a sealed identifier does not open', () => {
  test.each([
    ['with another operator’s key', { operator: 'alsok' }, 'other'],
    ['under another operator’s name', { operator: 'biblle' }, 'mine'],
    ['at another detector', { device: 'detector-02' }, 'mine'],
    ['at another time', { observedAt: about.observedAt + 1 }, 'mine'],
  ] as const)('%s', async (_, change, who) => {
    const { mine } = parties();
    const sealed = await new Sealer(mine.name, mine.publicKey).seal(tag, about, 0);
    const opening = parties()[who].opener.open(sealed, { ...about, operator: 'alsok', ...change });
    await expect(opening).rejects.toThrow('sealed to another key');
  });

  test('with any bit changed', async () => {
    const { mine } = parties();
    const { sealed, sealedWith } = await new Sealer(mine.name, mine.publicKey).seal(tag, about, 0);
    for (let at = 0; at < sealed.length; at += 5) {
      const swapped = sealed[at] === 'A' ? 'Q' : 'A';
      const changed = sealed.slice(0, at) + swapped + sealed.slice(at + 1);
      await expect(
        mine.opener.open({ sealed: changed, sealedWith }, { ...about, operator: 'alsok' }),
      ).rejects.toThrow();
    }
    await expect(mine.opener.open({ sealed: '', sealedWith }, { ...about, operator: 'alsok' })).rejects.toThrow(
      'not a sealed identifier',
    );
  });
});

test('two sightings of one tag have nothing in common but the key of their window, and that ends after a minute', async () => {
  const { mine } = parties();
  const sealer = new Sealer(mine.name, mine.publicKey);
  const [first, second] = [await sealer.seal(tag, about, 0), await sealer.seal(tag, about, 59_999)];
  const later = await sealer.seal(tag, about, 60_000);
  expect(second.sealed.slice(6)).not.toBe(first.sealed.slice(6));
  expect(second.sealedWith).toBe(first.sealedWith);
  expect(later.sealedWith).not.toBe(first.sealedWith);
  expect(new Set([first, second, later].map(({ sealed }) => sealed.length)).size).toBe(1);
});

test('a key that is none is refused each time, and a window without seals is forgotten', async () => {
  const { mine } = parties();
  const broken = new Sealer('alsok', new Uint8Array(5));
  await expect(broken.seal(tag, about, 0)).rejects.toThrow();
  await expect(broken.seal(tag, about, 1)).rejects.toThrow();
  const sealer = new Sealer(mine.name, mine.publicKey);
  const { sealedWith } = await sealer.seal(tag, about, 0);
  sealer.forget(59_999);
  expect((await sealer.seal(tag, about, 1)).sealedWith).toBe(sealedWith);
  sealer.forget(60_000);
  expect((await sealer.seal(tag, about, 2)).sealedWith).not.toBe(sealedWith);
});
