import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forgetDevNonces, type Joins, readJoins, useDevNonce } from '../../../devices/lorawan/dev-nonces.ts';
import type { LorawanVersion } from '../../../devices/lorawan/session.ts';

/** The joins as they are read back after this one, or as they were. */
function stored(next: ReturnType<typeof useDevNonce>, before: Joins): Joins {
  return readJoins(JSON.parse(JSON.stringify(typeof next === 'string' ? before : next)));
}

/** The joins of a device that has joined once. */
function joined(devNonce: number, version: LorawanVersion): Joins {
  return stored(useDevNonce(readJoins(undefined), devNonce, version), readJoins(undefined));
}

const nonce = fc.integer({ min: 0, max: 0xffff });

test('a device that draws its DevNonces is let in once with each (1.0.3 §6.2.4)', () => {
  fc.assert(
    fc.property(fc.array(nonce, { maxLength: 60 }), (drawn) => {
      let joins = readJoins(undefined);
      const used = new Set<number>();
      for (const each of drawn) {
        const next = useDevNonce(joins, each, '1.0.3');
        expect(next === 'used').toBe(used.has(each));
        used.add(each);
        joins = stored(next, joins);
      }
    }),
  );
});

test('a device that counts them is let in with a higher one only (1.0.4 §6.2.5)', () => {
  fc.assert(
    fc.property(fc.array(nonce, { maxLength: 60 }), (counted) => {
      let joins = readJoins(undefined);
      let last = -1;
      const used = new Set<number>();
      for (const each of counted) {
        const next = useDevNonce(joins, each, '1.0.4');
        expect(typeof next === 'string').toBe(each <= last);
        expect(next === 'used').toBe(used.has(each));
        if (each > last) used.add(each);
        last = Math.max(last, each);
        joins = stored(next, joins);
      }
    }),
  );
});

test('a device that begins to count does not get in with what it had drawn before', () => {
  const drawn = joined(500, '1.0.3');
  expect(useDevNonce(drawn, 500, '1.0.4')).toBe('used');
  expect(useDevNonce(drawn, 501, '1.0.4')).toMatchObject({ last: 501 });
});

test('a device registered again with another version cannot join with a DevNonce it has used before', () => {
  const versions = fc.constantFrom('1.0.2', '1.0.3', '1.0.4', '1.1') as fc.Arbitrary<LorawanVersion>;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), versions), { maxLength: 60 }), (tries) => {
      let joins = readJoins(undefined);
      const used = new Set<number>();
      for (const [each, version] of tries) {
        const next = useDevNonce(joins, each, version);
        if (used.has(each)) expect(next).toBe('used');
        if (typeof next === 'string') continue;
        used.add(each);
        joins = next;
      }
    }),
  );
});

test('the JoinNonce counts up with each join', () => {
  expect([readJoins(undefined).joinNonce, joined(1, '1.0.4').joinNonce]).toEqual([1, 2]);
});

test('once its DevNonces are forgotten a device may begin anew, with a JoinNonce that counts on', () => {
  const before = joined(7, '1.0.4');
  expect(useDevNonce(before, 0, '1.0.4')).toBe('below');
  expect(useDevNonce(forgetDevNonces(before), 0, '1.0.4')).toMatchObject({ last: 0, joinNonce: before.joinNonce + 1 });
});
