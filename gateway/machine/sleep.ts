/**
 * Sleeps until a timer fires or a signal aborts.
 *
 * A signal gets one listener, however many sleep by it: thousands of frames, sends and devices sleep by the same few signals,
 * and a listener for each would be searched through each time, and would make Node warn of a leak.
 */

/** Longest wait a timer supports; callers that sleep longer check again and sleep on. */
const maxTimerMs = 2 ** 31 - 1;

const sleeping = new WeakMap<AbortSignal, Set<() => void>>();

/** Resolves after `ms` milliseconds, or as soon as the signal aborts. Never rejects. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const wakings = wakingsOf(signal);
    const wake = () => {
      cancel();
      wakings.delete(wake);
      resolve();
    };
    const cancel = ms <= 0 ? soon(wake) : later(wake, Math.min(ms, maxTimerMs));
    wakings.add(wake);
  });
}

function soon(wake: () => void): () => void {
  const immediate = setImmediate(wake);
  return () => clearImmediate(immediate);
}

function later(wake: () => void, ms: number): () => void {
  const timer = setTimeout(wake, ms);
  return () => clearTimeout(timer);
}

function wakingsOf(signal: AbortSignal): Set<() => void> {
  const known = sleeping.get(signal);
  if (known !== undefined) return known;
  const wakings = new Set<() => void>();
  sleeping.set(signal, wakings);
  signal.addEventListener(
    'abort',
    () => {
      for (const wake of wakings) wake();
    },
    { once: true },
  );
  return wakings;
}
