import { expect, test } from 'vitest';
import { longestPauseMs } from '../../../gateway/intake/schedule-pause.ts';

const HOUR = 3_600_000;

test.each([
  ['* * * * *', HOUR / 60],
  ['*/10 * * * *', HOUR],
  ['30 2 * * *', 24 * HOUR],
  ['0 */2 * * *', 24 * HOUR],
  ['0 9 * * 1', 7 * 24 * HOUR],
  ['0 9 1 * *', 31 * 24 * HOUR],
  ['0 9 1 4 *', 366 * 24 * HOUR],
  ['15 0 9 * * *', 24 * HOUR],
])('between two times of "%s" there are at most %i ms', (expression, ms) => {
  expect(longestPauseMs(expression)).toBe(ms);
});
