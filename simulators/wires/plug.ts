/**
 * The plug of a wire, out while the fault "unplug" stands. It is pulled once nothing has been sent for `QUIET_BEFORE_UNPLUG_S`, and put
 * back when the fault is cleared; if that fails (somebody else has the address) it is tried again every `RETRY_MS`.
 */
import type { Clock } from '../../shared/clock.ts';
import type { FaultBoard } from '../fault-board.ts';
import type { Wire } from './wire.ts';

export const QUIET_BEFORE_UNPLUG_S = 0.25;
const RETRY_MS = 1_000;

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
  let isOut = false;
  let moving = Promise.resolve();
  const isWanted = () => faults.get('unplug') !== undefined;

  async function pull(): Promise<void> {
    const now = clock.moment().monotonic;
    await clock.sleep(Math.max(now, busyUntilMs()) - now + QUIET_BEFORE_UNPLUG_S * 1000, signal);
    if (signal.aborted || !isWanted()) return;
    wire.unplug();
    isOut = true;
  }

  async function putBack(): Promise<void> {
    try {
      await wire.replug();
      isOut = false;
    } catch {
      await clock.sleep(RETRY_MS, signal);
    }
  }

  async function move(): Promise<void> {
    while (!signal.aborted && isOut !== isWanted()) await (isOut ? putBack() : pull());
  }
  const follow = () => {
    moving = moving.then(move);
  };
  const forget = [faults.onStruck(follow), faults.onCleared(follow)];
  follow();
  return {
    async ended() {
      for (const each of forget) each();
      await moving;
    },
  };
}
