/**
 * A virtual clock that keeps the real one's time, so that everything in a rig happens in one order, byte for byte, however busy the machine
 * is: what falls due while it is late is done in its order as soon as it can be.
 */
import type { Clock } from '../../shared/clock.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** How often the clock is moved on and `look` is called. */
const TICK_MS = 10;
/** The same without a real clock to wait for. */
const VIRTUAL_STEP_MS = 100;

export interface Pace {
  readonly clock: VirtualClock;
  /** Undefined: as fast as it goes. */
  readonly real: Clock | undefined;
  /** Called whenever the clock has gone on, with ms since it began. */
  look(nowMs: number): void;
}

/** Moves the clock on to `untilMs` of its monotonic time; earlier if the signal aborts or `isOver`. */
export async function keepPace(
  { clock, real, look }: Pace,
  untilMs: number,
  signal: AbortSignal,
  isOver: () => boolean = () => false,
): Promise<void> {
  const beganAt = clock.moment().monotonic;
  const realBeganAt = real?.moment().monotonic ?? 0;
  while (!signal.aborted && !isOver() && clock.moment().monotonic < untilMs) {
    const now = clock.moment().monotonic;
    if (real !== undefined) await real.sleep(TICK_MS, signal);
    const next = real === undefined ? now + VIRTUAL_STEP_MS : beganAt + real.moment().monotonic - realBeganAt;
    await clock.advance(Math.max(0, Math.min(next, untilMs) - now));
    look(clock.moment().monotonic);
  }
}
