import { expect, test } from 'vitest';
import { RateLimits } from '../../../gateway/lorawan/rate-limits.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';

const project = { name: 'soil-lab', maxDevices: 10, uplinksPerHour: 600, quotaBytes: 1_000 };

test('an hour allows as many uplinks as configured, plus what was saved up; other projects are unaffected', async () => {
  const clock = new VirtualClock();
  const limits = new RateLimits([project, { ...project, name: 'other' }], clock);
  let taken = 0;
  for (let second = 0; second < 3_600; second++) {
    if (limits.allows('soil-lab')) taken++;
    await clock.advance(1_000);
  }
  expect(taken).toBe(659); // 60 at once, and the last of the 600 comes when the hour is over
  for (let i = 0; i < 60; i++) expect(limits.allows('other')).toBe(true);
  expect(limits.allows('other')).toBe(false);
});

test('devices outside any project are not limited', () => {
  const limits = new RateLimits([project], new VirtualClock());
  for (let i = 0; i < 10_000; i++) expect(limits.allows('toyama')).toBe(true);
});
