/** Until the clock is set, a GPS fix sets it, if its device may. */
import type { Step } from '../../devices/device-type.ts';
import type { Moment } from '../../shared/clock.ts';

export type SetClock = (step: Step, at: Moment) => void;

/** `set` takes the clock's offset: wall minus monotonic time, ms. */
export function setClockByFixes(set: (offsetMs: number) => void): SetClock {
  return ({ readings = [] }, at) => {
    if (at.synchronised) return;
    for (const { kind, observedAt } of readings) if (kind === 'position') set(observedAt - at.monotonic);
  };
}
