import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../shared/clock.ts';

/** The machine's own clock, believed. */
export const systemClock: Clock = {
  moment: () => ({ wall: Date.now(), monotonic: performance.now(), synchronised: true }),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}), // an abort only wakes, as Clock promises
};
