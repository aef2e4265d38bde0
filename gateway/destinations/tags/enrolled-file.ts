/**
 * The operator's table of enrolled tags, followed while it changes.
 *
 * A new table counts once the file has been the same for two looks, so that one that is being written is not taken for one in which tags
 * were struck out. A file that is missing, faulty or open to others changes nothing: the tags that were known stay, and log and status say what
 * is wrong.
 */
import { statSync } from 'node:fs';
import type { Clock } from '../../../shared/clock.ts';
import { messageOf, textOf } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import type { Log } from '../../machine/log.ts';
import { demandClosed } from './closed-file.ts';
import { type EnrolledTags, readEnrolledTags } from './enrolled-tags.ts';

export const lookEveryMs = 1_000;

export interface Following {
  readonly clock: Clock;
  readonly log: Log;
  changed(tags: EnrolledTags): Promise<void>;
  /** Why the file that is there now does not count; undefined once it does. */
  wrong(why: Text | undefined): void;
}

/** The table and the version that was read. Throws what `readEnrolledTags` and `demandClosed` throw. */
export async function readClosed(file: string): Promise<{ readonly version: string; readonly tags: EnrolledTags }> {
  const version = versionOf(file);
  demandClosed(file);
  return { version, tags: await readEnrolledTags(file) };
}

/** Calls `changed` with each new table until the signal aborts. `seen`: the version that is known. */
export async function followEnrolled(
  file: string,
  seen: string,
  { clock, log, changed, wrong }: Following,
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
      table = (await readClosed(file)).tags;
    } catch (fault) {
      log.error('The enrolled tags cannot be read anew; those that were known stay', { fault: messageOf(fault) });
      wrong(textOf(fault));
      known = version; // the same file is faulty the next time too
      continue;
    }
    wrong(undefined);
    try {
      await changed(table);
      known = version;
    } catch (fault) {
      if (!signal.aborted) log.warn('Tags could not be erased; it will be tried again', { fault: messageOf(fault) });
    }
  }
}

/** Another one whenever the file was written, replaced, or opened to others. */
export function versionOf(file: string): string {
  const status = statSync(file, { throwIfNoEntry: false });
  return status === undefined ? '' : `${status.ino} ${status.mtimeMs} ${status.size} ${status.mode}`;
}
