import fc from 'fast-check';
import { expect, test } from 'vitest';
import { minBytes, type Sized, SizeLimit } from '../../../gateway/destinations/size-limit.ts';

let batches = 0;
const batch = (bytes: number): Sized => ({ key: `${++batches}`, bytes });

/** A broker that closes the connection on what is larger; gives each batch as often as it takes. */
function learn(limit: SizeLimit, broker: number, sizes: readonly number[]): { closings: number; unsendable: number } {
  let [closings, unsendable] = [0, 0];
  const send = (bytes: number): void => {
    const sized = batch(bytes);
    for (;;) {
      if (bytes <= broker && !limit.isTooLarge(bytes)) {
        limit.stored(sized);
        return;
      }
      if (limit.isTooLarge(bytes) || (++closings > 0 && limit.closedOn([sized], 0) !== undefined)) {
        split(bytes);
        return;
      }
      if (closings > 500) throw new Error('it never learns');
    }
  };
  const split = (bytes: number): void => {
    const piece = limit.sealWithin ?? bytes;
    if (piece >= bytes) unsendable++;
    else for (let left = bytes; left > 0; left -= piece) send(Math.min(left, piece));
  };
  for (const bytes of sizes) send(bytes);
  return { closings, unsendable };
}

test('whatever the broker takes, it is learnt with few closings, and everything gets through', () => {
  const sizes = fc.array(fc.integer({ min: 100, max: 400_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: minBytes * 32, max: 300_000 }), sizes, (broker, all) => {
      const limit = new SizeLimit();
      const { closings, unsendable } = learn(limit, broker, all);
      expect(unsendable).toBe(0);
      expect(closings).toBeLessThanOrEqual(45);
      const { sealWithin } = limit;
      if (sealWithin !== undefined && all.length > 10) expect(sealWithin).toBeGreaterThanOrEqual(broker / 64);
    }),
  );
});

test('sizes between what was stored and what was too large do not use up the tries', () => {
  const limit = new SizeLimit();
  // A sixteenth of the large one and twice the small one are both just beyond what this broker takes.
  expect(learn(limit, 16_384, [8_193, 299_632, 100])).toMatchObject({ unsendable: 0 });
  expect(limit.sealWithin).toBeLessThanOrEqual(16_384);
});

test('losses of the network, between which everything is stored, are never blamed on a size', () => {
  const events = fc.array(
    fc.record({ bytes: fc.integer({ min: 1, max: 1e6 }), losses: fc.integer({ min: 0, max: 2 }) }),
  );
  fc.assert(
    fc.property(events, (all) => {
      const limit = new SizeLimit();
      for (const { bytes, losses } of all) {
        const sized = batch(bytes);
        for (let n = 0; n < losses; n++) expect(limit.closedOn([sized], 0)).toBeUndefined();
        limit.stored(sized);
      }
      expect(limit.tooLargeFrom).toBeUndefined();
    }),
  );
});

test('a size that was stored is never blamed, and a small one neither', () => {
  const limit = new SizeLimit();
  limit.stored(batch(10_000));
  const [known, small] = [batch(10_000), batch(minBytes)];
  for (let n = 0; n < 20; n++) expect(limit.closedOn([known, small], 0)).toBeUndefined();
  expect(limit.isSuspect(known)).toBe(false);
});

test('a broker that closes on everything is not believed to mean the size', () => {
  const limit = new SizeLimit();
  const blamed: number[] = [];
  let sized = batch(100_000);
  for (let n = 0; n < 100; n++) {
    if (limit.closedOn([sized], 0) === undefined) continue;
    blamed.push(sized.bytes);
    sized = batch(limit.sealWithin ?? sized.bytes);
  }
  expect(blamed).toEqual([100_000, 6_250]);
  expect(limit.sealWithin).toBeUndefined();
  limit.stored(batch(100));
  const large = batch(100_000);
  for (let n = 0; n < 3; n++) limit.closedOn([large], 0);
  expect(limit.tooLargeFrom).toBe(100_000);
});

test('a batch lost twice goes by itself, and the third time the largest on its way is blamed', () => {
  const limit = new SizeLimit();
  const [large, larger] = [batch(50_000), batch(60_000)];
  limit.closedOn([large, larger], 0);
  expect(limit.isSuspect(large)).toBe(false);
  limit.closedOn([large, larger, batch(55_000)], 0);
  expect(limit.isSuspect(large)).toBe(true);
  expect(limit.isSuspect(batch(60_000))).toBe(false);
  expect(limit.closedOn([batch(70_000), larger], 0)).toBeUndefined(); // the other may be to blame
  expect(limit.closedOn([large, batch(1_000)], 0)).toEqual(large);
  expect(limit.tooLargeFrom).toBe(50_000);
  expect(limit.mustWait(70_000)).toBe(true); // until something small has got through
  limit.stored(batch(3_000));
  expect(limit.isTooLarge(70_000)).toBe(true);
  expect(limit.sealWithin).toBe(6_000);
});

test('what was learnt is forgotten after six hours, and at once when something as large is stored', () => {
  const limit = new SizeLimit();
  limit.refused(batch(50_000), 1_000);
  limit.forgetOld(1_000 + 6 * 3_600_000 - 1);
  expect(limit.isTooLarge(50_000)).toBe(true);
  limit.forgetOld(1_000 + 6 * 3_600_000);
  expect(limit.sealWithin).toBeUndefined();
  limit.refused(batch(50_000), 0);
  limit.stored(batch(50_000));
  expect(limit.sealWithin).toBeUndefined();
});

test('what the broker announces holds, for as long as it announces it', () => {
  const limit = new SizeLimit();
  limit.announced(20_000);
  expect(limit.sealWithin).toBe(20_000);
  expect(limit.isTooLarge(20_001)).toBe(true);
  expect(limit.isTooLarge(20_000)).toBe(false);
  limit.announced(undefined);
  expect(limit.sealWithin).toBeUndefined();
});
