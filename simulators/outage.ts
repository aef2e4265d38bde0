/**
 * Something that goes away while a fault stands and comes back when it is cleared: one after the other, however fast they follow. What
 * cannot come back (somebody else has the address) is tried again every `RETRY_MS`.
 */
import type { Clock } from '../shared/clock.ts';
import type { FaultBoard } from './fault-board.ts';

const RETRY_MS = 1_000;

export interface OutageOptions {
  readonly faults: FaultBoard;
  /** Of the fault. */
  readonly name: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether it has gone; it may find that this is not wanted any more. Must not reject. */
  leave(): Promise<boolean>;
  comeBack(): Promise<void>;
}

/** Until the signal aborts, which leaves it where it is; then wait for `ended`. */
export function followOutage(options: OutageOptions): { ended(): Promise<void> } {
  const { faults, name, clock, signal, leave, comeBack } = options;
  let isAway = false;
  let moving = Promise.resolve();

  async function tryToComeBack(): Promise<void> {
    try {
      await comeBack();
      isAway = false;
    } catch {
      await clock.sleep(RETRY_MS, signal);
    }
  }

  async function move(): Promise<void> {
    while (!signal.aborted && isAway !== (faults.get(name) !== undefined)) {
      if (isAway) await tryToComeBack();
      else isAway = await leave();
    }
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
