/** Tags whose identifiers rotate, found by the keys that the operator holds. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ephemeralId, randomAddressHash } from '../../../../devices/ble/rotating.ts';
import { encryptBlock } from '../../../../devices/lorawan/aes.ts';
import type { EnrolledTags, EphemeralTag } from '../../../../gateway/destinations/tags/enrolled-tags.ts';
import { keyOf, RotatingTags } from '../../../../gateway/destinations/tags/rotating-tags.ts';

const ZERO_AT = 1_790_000_000;
const key = (n: number) => new Uint8Array(16).fill(n);
const tag = (n: number, more: Partial<EphemeralTag> = {}): EphemeralTag => ({
  ...{ tag: `T-${n}`, optIn: '', consent: '', key: key(n), exponent: 10, zeroAt: ZERO_AT },
  ...more,
});
const enrolled = (more: Partial<EnrolledTags>): EnrolledTags => ({
  ...{ fixed: new Map(), ephemeral: [], resolvable: [], names: new Set() },
  ...more,
});
/** What a beacon sends whose own clock shows `clockS`. */
const sent = ({ key: own, exponent }: EphemeralTag, clockS: number) => ({
  format: 'eddystone-eid' as const,
  bytes: ephemeralId(own, clockS, exponent, encryptBlock),
});

test('an ephemeral identifier is found while it is sent, and one slot on either side', async () => {
  const one = tag(1);
  const tags = new RotatingTags(enrolled({ ephemeral: [one, tag(2)] }), new Map());
  const find = (clockS: number, atS: number) => tags.find(sent(one, clockS), atS * 1000);
  expect(await find(100_000, ZERO_AT + 100_000)).toMatchObject({ tag: 'T-1' });
  expect(await find(99_000, ZERO_AT + 100_000)).toMatchObject({ tag: 'T-1' });
  expect(await find(100_000, ZERO_AT + 110_000)).toBeUndefined(); // recorded, and sent again later
  expect(await find(100_000, ZERO_AT + 90_000)).toBeUndefined();
});

test('a beacon whose clock drifts is followed for years by what is heard of it, also after a restart', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: -140e-6, max: 140e-6, noNaN: true }),
      fc.integer({ min: 6, max: 15 }),
      async (drift, exponent) => {
        const one = tag(3, { exponent });
        let tags = new RotatingTags(enrolled({ ephemeral: [one] }), new Map());
        const clocks = new Map();
        for (let day = 1; day < 900; day += exponent < 8 ? 3 : 30) {
          const passed = day * 86_400;
          const id = sent(one, Math.floor(passed * (1 + drift)));
          expect(await tags.find(id, (ZERO_AT + passed) * 1000), `day ${day}`).toMatchObject({ tag: 'T-3' });
          for (const [beacon, clock] of tags.takeLearned()) clocks.set(beacon, clock);
          tags = new RotatingTags(enrolled({ ephemeral: [one] }), clocks);
        }
        expect([...clocks.keys()]).toEqual([keyOf(one)]);
      },
    ),
    { numRuns: 15 },
  );
});

test('a resolvable address is found by its key, and another is not', async () => {
  const own = key(7);
  const tags = new RotatingTags(enrolled({ resolvable: [{ tag: 'R', optIn: '', consent: '', key: own }] }), new Map());
  const prand = 0x41_22_33;
  const hash = randomAddressHash(own, prand, encryptBlock);
  const address = (low: number) => ({
    format: 'address' as const,
    bytes: Uint8Array.from(Buffer.from(prand.toString(16) + low.toString(16).padStart(6, '0'), 'hex')),
  });
  expect(await tags.find(address(hash), 0)).toMatchObject({ tag: 'R' });
  expect(await tags.find(address(hash ^ 1), 0)).toBeUndefined();
});
