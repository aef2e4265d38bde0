import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SealedWhen } from '../../../gateway/buffer/sealed-when.ts';

test('no age is told too high, and while marks are few none is a second too low', () => {
  const steps = fc.array(fc.record({ batches: fc.nat({ max: 5 }), ms: fc.nat({ max: 5_000 }) }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(steps, (commits) => {
      const when = new SealedWhen();
      const sealedAt: number[] = [];
      let now = 0;
      when.note(0, now);
      for (const { batches, ms } of commits) {
        now += ms;
        for (let n = 0; n < batches; n++) sealedAt.push(now);
        when.note(sealedAt.length, now);
      }
      now += 10_000;
      when.note(sealedAt.length, now); // a later commit
      for (const [n, at] of sealedAt.entries()) {
        const told = when.age(n + 1, now);
        expect(told).toBeLessThanOrEqual(now - at);
        const next = sealedAt.find((later) => later - at >= 1_000) ?? now;
        expect(told).toBeGreaterThanOrEqual(now - Math.max(next, at + 1_000) - 5_000);
      }
    }),
  );
});

test('a month of marks takes no more than a thousand of them, and what an earlier run left counts from the start', () => {
  const when = new SealedWhen();
  when.note(1_000, 0);
  for (let n = 1; n <= 100_000; n++) when.note(1_000 + n, n * 10_000);
  const now = 100_000 * 10_000;
  expect(when.age(5, now)).toBeGreaterThan(0.9 * now);
  for (const n of [100, 5_000, 50_000, 90_000, 99_990]) {
    const truly = now - n * 10_000;
    expect(when.age(1_000 + n, now)).toBeLessThanOrEqual(truly);
    expect(when.age(1_000 + n, now)).toBeGreaterThanOrEqual(truly * 0.95);
  }
  expect(when.age(101_001, now)).toBe(0);
});
