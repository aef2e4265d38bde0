/** A rig's file as a verb needs it. */
import type { RigPlan } from '../../../simulators/rig/plan.ts';
import { readRigFile } from '../../rig/file/rig-file.ts';
import { formatFault } from '../input.ts';
import type { Terminal } from '../terminal.ts';

/** Reads it and prints its faults to standard error; undefined if it cannot be run. */
export function loadRig(file: string, terminal: Terminal): RigPlan | undefined {
  const read = readRigFile(file);
  for (const found of read.ok ? read.notes : read.faults) terminal.printError(formatFault(found));
  return read.ok ? read.plan : undefined;
}
