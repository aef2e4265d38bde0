import type { Clock } from '../../shared/clock.ts';
import { FaultBoard, type FaultKind, type FaultSettings } from '../../simulators/fault-board.ts';
import { followSchedule, type ScheduledFault } from '../../simulators/fault-schedule.ts';

/** A board on which these faults stand. */
export function boardWith(kinds: readonly FaultKind[], standing: Readonly<Record<string, FaultSettings>>): FaultBoard {
  const board = new FaultBoard(kinds);
  for (const [name, settings] of Object.entries(standing)) board.strike(name, settings);
  return board;
}

/** A board with these faults by the clock, from now on. */
export function scheduledBoard(
  kinds: readonly FaultKind[],
  schedule: readonly ScheduledFault[],
  clock: Clock,
): FaultBoard {
  const board = new FaultBoard(kinds);
  void followSchedule(schedule, { board, clock, signal: new AbortController().signal });
  return board;
}
