/**
 * Faults by the clock: each is put on a board at its second and cleared at another, counted from the beginning.
 *
 * A fault that is scheduled several times at once stands until the last of them ends. One that would end before it begins never stands.
 */
import type { Clock } from '../shared/clock.ts';
import type { FaultBoard, FaultSettings } from './fault-board.ts';

export interface ScheduledFault {
  readonly fault: string;
  readonly settings?: FaultSettings;
  readonly atS: number;
  /** Absent: it stays, or happens once. */
  readonly untilS?: number;
}

/**
 * Until the schedule is over or the signal aborts, which clears what would have been cleared.
 * Rejects with "no-fault" for what is not on the board.
 */
export async function followSchedule(
  schedule: readonly ScheduledFault[],
  { board, clock, signal }: { readonly board: FaultBoard; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const startedAt = clock.moment().monotonic;
  const turns = schedule
    .filter(({ atS, untilS = Number.POSITIVE_INFINITY }) => atS < untilS)
    .flatMap((each) => [
      { atS: each.atS, turn: () => board.strike(each.fault, each.settings) },
      { atS: each.untilS ?? Number.POSITIVE_INFINITY, turn: () => goesOn(schedule, each) || board.clear(each.fault) },
    ]);
  for (const { atS, turn } of turns.toSorted((a, b) => a.atS - b.atS)) {
    if (atS === Number.POSITIVE_INFINITY) return;
    const afterMs = startedAt + atS * 1000 - clock.moment().monotonic;
    if (afterMs > 0) await clock.sleep(afterMs, signal);
    if (signal.aborted) break;
    turn();
  }
  for (const { fault, untilS } of schedule) if (untilS !== undefined) board.clear(fault);
}

/** Whether the same fault is still scheduled when this one ends. */
function goesOn(schedule: readonly ScheduledFault[], { fault, untilS = 0 }: ScheduledFault): boolean {
  return schedule.some((other) => other.fault === fault && other.atS < untilS && (other.untilS ?? untilS) > untilS);
}
