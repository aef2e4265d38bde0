import type { Clock } from '../shared/clock.ts';

/** As `answer` settles, or rejects when that takes longer than a receipt may. */
export async function inTime<T>(answer: Promise<T>, withinMs: number, clock: Clock): Promise<T> {
  const timeout = new AbortController();
  const late = clock.sleep(withinMs, timeout.signal).then(() => {
    if (!timeout.signal.aborted) throw new Error('no receipt came in time');
  });
  try {
    return await Promise.race([answer, late.then(() => answer)]);
  } finally {
    timeout.abort();
  }
}
