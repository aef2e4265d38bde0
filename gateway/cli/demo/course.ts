/** How a demo goes: an outage in it, something shown every second, and what it waits for at its end. */
import type { SystemClock } from '../../machine/system-clock.ts';

export interface Outage {
  readonly fromS: number;
  readonly toS: number;
}

const showEveryMs = 1_000;
const lookEveryMs = 20;

/** Takes what is at the far end away and brings it back. */
export async function haveOutage(
  farEnd: { cutOff(): Promise<void>; comeBack(): Promise<void> },
  { fromS, toS }: Outage,
  clock: SystemClock,
  signal: AbortSignal,
): Promise<void> {
  await clock.sleep(fromS * 1000, signal);
  if (signal.aborted) return;
  await farEnd.cutOff();
  await clock.sleep((toS - fromS) * 1000, signal);
  await farEnd.comeBack();
}

export async function showNowAndThen(show: () => void, clock: SystemClock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    show();
    await clock.sleep(showEveryMs, signal);
  }
}

/** Waits until something is so, but no longer than `maxMs`. */
export async function until(isSo: () => boolean, maxMs: number, clock: SystemClock): Promise<void> {
  const patience = new AbortController().signal;
  for (let waitedMs = 0; !isSo() && waitedMs < maxMs; waitedMs += lookEveryMs) await clock.sleep(lookEveryMs, patience);
}

/** How long the count may stand still, however slow the machine is, and how long it may take altogether. */
const maxStandstillMs = 10_000;
const maxMovingMs = 180_000;

/** Waits until something is so, as long as the count grows. */
export async function whileMoving(isSo: () => boolean, count: () => number, clock: SystemClock): Promise<void> {
  const end = clock.moment().monotonic + maxMovingMs;
  for (let before = Number.NEGATIVE_INFINITY; count() > before && clock.moment().monotonic < end; ) {
    before = count();
    await until(isSo, maxStandstillMs, clock);
    if (isSo()) return;
  }
}
