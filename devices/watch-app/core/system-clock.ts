/** The phone's own time. Its network sets it. */
import type { Clock } from '../../../shared/clock.ts';

export const systemClock: Clock = {
  moment: () => ({ wall: Date.now(), monotonic: performance.now(), synchronised: true }),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
    }),
};
