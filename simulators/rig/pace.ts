/**
 * A virtual clock that keeps the real one's time, so that everything in a rig happens in one order, byte for byte, however busy the machine
 * is: what falls due while it is late is done in its order as soon as it can be.
 */
import type { Clock } from '../../shared/clock.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** How often the clock is moved on. */
const TICK_MS = 10;
/** The same without a real clock to wait for: so that a signal is heard. */
const VIRTUAL_STEP_MS = 1_000;

export interface Pace {
  readonly clock: VirtualClock;
  /** Undefined: as fast as it goes. */
  readonly real: Clock | undefined;
}

/** Moves the clock on to `untilMs` of its monotonic time, or until the signal aborts: to the very sleeper that aborts it. */
export async function keepPace({ clock, real }: Pace, untilMs: number, signal: AbortSignal): Promise<void> {
  const beganAt = clock.moment().monotonic;
  const realBeganAt = real?.moment().monotonic ?? 0;
  while (!signal.aborted && clock.moment().monotonic < untilMs) {
    const now = clock.moment().monotonic;
    if (real !== undefined) await real.sleep(TICK_MS, signal);
    const next = real === undefined ? now + VIRTUAL_STEP_MS : beganAt + real.moment().monotonic - realBeganAt;
    await clock.advance(Math.max(0, Math.min(next, untilMs) - now), signal);
  }
}
