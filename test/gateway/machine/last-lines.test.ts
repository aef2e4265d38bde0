import { expect, test } from 'vitest';
import { LastLines } from '../../../gateway/machine/last-lines.ts';

test('the last lines of a log are kept, of a bounded length in all, each cut where it is too long', () => {
  const lines = new LastLines();
  for (let i = 0; i < 1_000; i++) lines.add(`${i} ${'x'.repeat(5_000)}`);
  expect(lines.all.at(-1)).toMatch(/^999 /);
  expect(lines.all.every(({ length }) => length === 4_096)).toBe(true);
  expect(lines.all).toHaveLength(64);
});
