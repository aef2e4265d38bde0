/**
 * A file that names people or lets somebody read of them: its owner's alone, whenever it is read. One rule for `check`, for the start and for
 * a file that changes while the service runs.
 */
import { statSync } from 'node:fs';
import { MachimoriError } from '../../../shared/errors.ts';
import { say } from './words.ts';

/** False too if there is none: whoever reads it says so. */
export function isOpenToOthers(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  return status !== undefined && (status.mode & 0o077) !== 0;
}

/** Throws a MachimoriError "readable-by-others". */
export function demandClosed(file: string): void {
  if (!isOpenToOthers(file)) return;
  throw new MachimoriError('readable-by-others', {
    what: say.openToOthers(),
    on: file,
    hint: say.chmod({ file }),
  });
}
