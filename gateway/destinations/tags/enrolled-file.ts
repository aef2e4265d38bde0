/**
 * The operator's table of enrolled tags, followed while it changes.
 *
 * A new table counts once the file has been the same for two looks, so that one that is being written is not taken for one in which tags
 * were struck out. A file that is missing or faulty changes nothing: the tags that were known stay, and the log says what is wrong.
 */
import { statSync } from 'node:fs';
import type { Clock } from '../../../shared/clock.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { Log } from '../../machine/log.ts';
import { type EnrolledTags, readEnrolledTags } from './enrolled-tags.ts';

export const lookEveryMs = 1_000;

/** Calls `changed` with each new table until the signal aborts. `seen`: the version that is known. */
export async function followEnrolled(
  file: string,
  seen: string,
  { clock, log, changed }: { readonly clock: Clock; readonly log: Log; changed(tags: EnrolledTags): Promise<void> },
  signal: AbortSignal,
): Promise<void> {
  let [known, last] = [seen, seen];
  while (!signal.aborted) {
    await clock.sleep(lookEveryMs, signal);
    if (signal.aborted) return;
    const version = versionOf(file);
    const isSettled = version === last;
    last = version;
    if (version === known || !isSettled) continue;
    let table: EnrolledTags;
    try {
      table = await readEnrolledTags(file);
    } catch (fault) {
      log.error('The enrolled tags cannot be read anew; those that were known stay', { fault: messageOf(fault) });
      known = version; // the same file is faulty the next time too
      continue;
    }
    try {
      await changed(table);
      known = version;
    } catch (fault) {
      if (!signal.aborted) log.warn('Tags could not be erased; it will be tried again', { fault: messageOf(fault) });
    }
  }
}

/** Another one whenever the file was written or replaced. */
export function versionOf(file: string): string {
  const status = statSync(file, { throwIfNoEntry: false });
  return status === undefined ? '' : `${status.ino} ${status.mtimeMs} ${status.size}`;
}
