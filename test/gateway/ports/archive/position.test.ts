import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beyond, type Position, readPosition } from '../../../../gateway/ports/archive/position.ts';

const start: Position = { archive: 'a', cluster: 'c', landmarks: [] };
const row = (id: number) => ({ transaction: String(700 + id), id, receivedAt: '2026-11-26 09:00:00+00' });

test('of many pages a few are remembered, the newest first and each at most some three times as old as the one before', () => {
  let position: Position = { ...start, landmarks: [{ page: 0, ...row(0) }] };
  for (let page = 1; page <= 5_000; page++) {
    position = beyond(position, row(page));
    const ages = position.landmarks.map((each) => page - each.page);
    expect(ages[0]).toBe(0);
    expect(ages.length).toBeLessThanOrEqual(2 * Math.log2(page) + 3);
    for (const [i, age] of ages.entries()) if (i > 0) expect(age).toBeLessThanOrEqual(3 * (ages[i - 1] ?? 0) + 2);
  }
  expect(position.landmarks.at(-1)?.page).toBe(0);
});

test('what is remembered is read again as it was, and whatever else stands there is no position', () => {
  const position = beyond(start, row(1));
  expect(readPosition(JSON.stringify(position))).toEqual(position);
  expect(readPosition(undefined)).toBeUndefined();
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(readPosition(text)).toBeUndefined();
    }),
  );
});
