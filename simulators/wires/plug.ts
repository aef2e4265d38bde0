/**
 * The plug of a wire, out while the fault "unplug" stands. It is pulled once nothing has been sent for `QUIET_BEFORE_UNPLUG_S`, and put
 * back when the fault is cleared.
 */
import type { Clock } from '../../shared/clock.ts';
import type { FaultBoard } from '../fault-board.ts';
import { followOutage } from '../outage.ts';
import type { Wire } from './wire.ts';

export const QUIET_BEFORE_UNPLUG_S = 0.25;

export interface PlugOptions {
  readonly faults: FaultBoard;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** When everything that was sent has come, monotonic. */
  readonly busyUntilMs: () => number;
}

/** Until the signal aborts, which leaves the plug as it is; then wait for `ended`. */
export function followPlug(wire: Wire, options: PlugOptions): { ended(): Promise<void> } {
  const { faults, clock, signal, busyUntilMs } = options;
  return followOutage({
    faults,
    name: 'unplug',
    clock,
    signal,
    async leave() {
      const now = clock.moment().monotonic;
      await clock.sleep(Math.max(now, busyUntilMs()) - now + QUIET_BEFORE_UNPLUG_S * 1000, signal);
      if (signal.aborted || !faults.get('unplug')) return false;
      wire.unplug();
      return true;
    },
    comeBack: () => wire.replug(),
  });
}
