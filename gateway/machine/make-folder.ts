/**
 * A folder, made with those above it that are missing. Node's own `recursive` tries for ever, without giving a signal a chance,
 * where the system takes a folder for possible and then will not make it (nodejs/node: mkdir in /proc).
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../../shared/errors.ts';

/** For its owner alone. Throws the system's error. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (fault) {
    if (codeOf(fault) === 'EEXIST') return; // something else of that name fails when it is used
    const above = dirname(folder);
    if (codeOf(fault) !== 'ENOENT' || above === folder || existsSync(above)) throw fault;
    makeFolder(above);
    mkdirSync(folder, { mode: 0o700 });
  }
}
