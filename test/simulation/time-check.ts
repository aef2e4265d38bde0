/** Whether a reading's time is right: the model's view of clocks that start in 1970, are set, and step. */
import type { Reading } from '../../shared/reading.ts';
import type { Boot } from './box.ts';
import type { Observation } from './observations.ts';

/** Timers and whole milliseconds. */
const toleranceMs = 5;
/** A receiver's fix is taken when its epoch is over. */
const gpsToleranceMs = 1_500;

export interface TimeCheck {
  readonly boots: readonly Boot[];
  readonly holdMs: number;
  /** A fix may have set the clock. */
  readonly hasGps: boolean;
  /** How far the clock of a copy of the box is off from the box's own. */
  readonly cloneErrorMs: number;
  /** Epoch ms at a moment of the simulation. */
  trueTime(at: number): number;
}

/** Undefined where the time is right or rightly marked as of a clock that nobody had set. */
export function faultOfTime(reading: Reading, observation: Observation, check: TimeCheck): string | undefined {
  const { at, synchronised } = observation;
  const errorMs = reading.observedAt - check.trueTime(at);
  const boot = check.boots[observation.boot];
  if (reading.kind === 'position') {
    const isRight = Math.abs(errorMs) <= toleranceMs || reading.quality === 'clock-unsynchronised';
    return isRight ? undefined : `the receiver's time came off by ${errorMs} ms`;
  }
  if (reading.quality === 'clock-unsynchronised') {
    if (synchronised) return 'it is marked, but the clock was set';
    const knewTimeAt = boot?.knewTimeAt;
    const couldBeMended = knewTimeAt !== undefined && knewTimeAt > at && knewTimeAt - (boot?.at ?? 0) < check.holdMs;
    return couldBeMended && reading.kind !== 'alarm'
      ? `it is marked, although the clock was known ${knewTimeAt - at} ms later, in the same boot and in time`
      : undefined;
  }
  // What the wall clock was off by when it was read, or later in the same boot, when it was set.
  const errors = boot?.errors ?? [];
  const possible = errors.filter(({ isSet }, i) => isSet && (errors[i + 1]?.at ?? Number.POSITIVE_INFINITY) >= at);
  const offs = observation.copiedAt === undefined ? [0] : [0, check.cloneErrorMs]; // a copy may have given it its time
  const isPossible = (ms: number) => offs.some((off) => Math.abs(ms + off - errorMs) <= toleranceMs);
  if (possible.some((error) => isPossible(error.errorMs))) return undefined;
  if (check.hasGps && Math.abs(errorMs) <= gpsToleranceMs) return undefined;
  return `it is off by ${errorMs} ms, which the clock never was`;
}
