import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJoins, useDevNonce } from '../../../devices/lorawan/dev-nonces.ts';
import type { LorawanVersion } from '../../../devices/lorawan/session.ts';

const nonce = fc.integer({ min: 0, max: 0xffff });

test('a device that draws its DevNonces is let in once with each (1.0.3 §6.2.4)', () => {
  fc.assert(
    fc.property(fc.array(nonce, { maxLength: 60 }), (drawn) => {
      let joins = readJoins(undefined);
      const used = new Set<number>();
      for (const each of drawn) {
        const next = useDevNonce(joins, each, '1.0.3');
        expect(next === undefined).toBe(used.has(each));
        used.add(each);
        joins = readJoins(JSON.parse(JSON.stringify(next ?? joins)));
      }
    }),
  );
});

test('a device that counts them is let in with a higher one only (1.0.4 §6.2.5)', () => {
  fc.assert(
    fc.property(fc.array(nonce, { maxLength: 60 }), (counted) => {
      let joins = readJoins(undefined);
      let last = -1;
      for (const each of counted) {
        const next = useDevNonce(joins, each, '1.0.4');
        expect(next === undefined).toBe(each <= last);
        last = Math.max(last, each);
        joins = readJoins(JSON.parse(JSON.stringify(next ?? joins)));
      }
    }),
  );
});

test('a device that begins to count does not get in with what it had drawn before', () => {
  const drawn = useDevNonce(readJoins(undefined), 500, '1.0.3');
  expect(drawn && useDevNonce(drawn, 500, '1.0.4')).toBeUndefined();
  expect(drawn && useDevNonce(drawn, 501, '1.0.4')).toBeDefined();
});

test('a device registered again with another version cannot join with a DevNonce it has used before', () => {
  const versions = fc.constantFrom('1.0.2', '1.0.3', '1.0.4', '1.1') as fc.Arbitrary<LorawanVersion>;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), versions), { maxLength: 60 }), (tries) => {
      let joins = readJoins(undefined);
      const used = new Set<number>();
      for (const [each, version] of tries) {
        const next = useDevNonce(joins, each, version);
        if (used.has(each)) expect(next).toBeUndefined();
        if (next === undefined) continue;
        used.add(each);
        joins = next;
      }
    }),
  );
});

test('the JoinNonce counts up with each join', () => {
  const first = readJoins(undefined);
  const second = useDevNonce(first, 1, '1.0.4');
  expect([first.joinNonce, second?.joinNonce]).toEqual([1, 2]);
});
