/**
 * A rig's folder: one rig at a time uses it, and what the last run of a gateway and its city OSes left is removed before the next one
 * begins, since a verdict is about one run.
 *
 *   rig-data/gauge               a link to a pseudo-terminal
 *   rig-data/rig-control.json    where a rig that runs can be told something
 *   rig-data/last-run/…          what gateway and city OSes keep; removed when the next run begins
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MachimoriError } from '../../shared/errors.ts';
import { holdFolder } from '../machine/folder-lock.ts';
import { unwritable } from '../machine/whole-file.ts';
import { say } from './words.ts';

/** Nothing else in the rig's folder is removed, whatever folder that is. */
const LAST_RUN = 'last-run';

export interface RigFolder {
  /** Links and the control file. */
  readonly folder: string;
  /** Empty when a run begins. */
  readonly lastRun: string;
  /** Another rig may use it. */
  release(): void;
}

/** Throws a MachimoriError: "rig-runs" if another rig uses it, "file-unwritable". */
export function takeFolder(folder: string): RigFolder {
  const release = heldBySelf(folder);
  const lastRun = join(folder, LAST_RUN);
  try {
    rmSync(lastRun, { recursive: true, force: true });
    mkdirSync(lastRun);
  } catch (cause) {
    release();
    throw unwritable(lastRun, cause);
  }
  return { folder, lastRun, release };
}

function heldBySelf(folder: string): () => void {
  try {
    return holdFolder(folder, 0);
  } catch (cause) {
    if (!(cause instanceof MachimoriError) || cause.code !== 'file-busy') throw cause;
    throw new MachimoriError('rig-runs', { what: say.rigRuns(), on: folder, hint: say.otherFolder(), cause });
  }
}
