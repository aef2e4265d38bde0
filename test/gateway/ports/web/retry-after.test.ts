import { expect, test } from 'vitest';
import { retryAfterMs } from '../../../../gateway/ports/web/retry-after.ts';

const now = Date.parse('2026-11-26T05:10:00Z');

test.each([
  ['120', 120_000],
  ['0', 0],
  ['Thu, 26 Nov 2026 05:12:00 GMT', 120_000],
  ['Thu, 26 Nov 2026 05:00:00 GMT', 0],
  ['999999999', 86_400_000],
  ['soon', undefined],
  [undefined, undefined],
])('%s is %s ms', (header, ms) => {
  expect(retryAfterMs(header, now)).toBe(ms);
});
