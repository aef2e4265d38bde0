/** A file that somebody less trusted may have put there: a regular one, not a link, and no larger than it may be. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { FormatError } from '../../shared/errors.ts';
import { say } from './words.ts';

/** Throws a FormatError, or the system's error: ENOENT if there is none, ELOOP if it is a link. */
export function readBounded(file: string, maxBytes: number): Buffer {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new FormatError(say.notPlainFile({ path: file }));
    if (status.size > maxBytes) throw new FormatError(say.fileTooLarge({ bytes: status.size, max: maxBytes }));
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
