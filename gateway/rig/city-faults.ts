/** What can be wrong with the far end of a rig, by its type. */
import type { FaultKind } from '../../simulators/fault-board.ts';

export function cityFaults(_type: string): readonly FaultKind[] {
  return [];
}
