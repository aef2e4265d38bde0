import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isCronExpression, onSchedule } from '../../../gateway/machine/schedule.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 0, 15, 11, 59, 30) });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each(['*/10 * * * *', '0 6,18 * * *', '30 4 1 * *', '0 12 * * 1-5'])('%s is a cron expression', (expression) => {
  expect(isCronExpression(expression)).toBe(true);
});

test.each(['', 'every ten minutes', '61 * * * *', '* * * *', '*/0 * * * *'])(
  '"%s" is no cron expression',
  (expression) => {
    expect(isCronExpression(expression)).toBe(false);
  },
);

test('a schedule fires at its times of day until it is stopped', async () => {
  const stop = new AbortController();
  const fired: string[] = [];
  onSchedule('*/10 12 * * *', () => fired.push(new Date().toTimeString().slice(0, 5)), stop.signal);
  await vi.advanceTimersByTimeAsync(25 * 60_000);
  expect(fired).toEqual(['12:00', '12:10', '12:20']);
  stop.abort();
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect(fired).toHaveLength(3);
});

test('a schedule stopped before it began never fires', async () => {
  let fired = 0;
  onSchedule('* * * * *', () => fired++, AbortSignal.abort());
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  expect(fired).toBe(0);
});
