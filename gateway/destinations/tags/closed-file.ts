/**
 * A file that names people or lets somebody read of them: its owner's alone, whenever it is read. One rule for `check`, for the start and for
 * a file that changes while the service runs.
 */
import { MachimoriError } from '../../../shared/errors.ts';
import { isOpenToOthers } from '../../machine/open-file.ts';
import { say } from './words.ts';

/** Throws a MachimoriError "readable-by-others". */
export function demandClosed(file: string): void {
  if (!isOpenToOthers(file)) return;
  throw new MachimoriError('readable-by-others', {
    what: say.openToOthers(),
    on: file,
    hint: say.chmod({ file }),
  });
}
