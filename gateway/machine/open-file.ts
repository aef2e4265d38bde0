import { statSync } from 'node:fs';

/** Whether others than its owner may read, write or run `file`. False too if there is none: whoever reads it says so. */
export function isOpenToOthers(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  return status !== undefined && (status.mode & 0o077) !== 0;
}
