/**
 * Erasure: what was asked to be erased leaves everything that waits here, and the receivers are told of gaps with the reason "erased".
 *
 * Promise: once it resolves, nothing that was here when it was asked for is left in the file, in its free pages, in its log or in a damaged
 * file that was set aside; those go whole, as nobody can tell what they hold. What comes meanwhile is not erased: stop its source
 * first. Devices remember no sightings. If it rejects, a part may be erased: ask again.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Reading } from '../../../shared/reading.ts';
import type { LiveFile } from '../live-file.ts';
import { removeAll } from '../salvage/damaged-files.ts';
import type { Sieve } from './sift-batch.ts';
import { placesOf, siftHeld, siftLane, siftOpen, siftRefused } from './sift-lane.ts';

/** How many readings. One counts once for each destination that it was sealed for. */
export interface Erased {
  readonly sealed: number;
  readonly open: number;
  readonly held: number;
  readonly refused: number;
}

/** Between two stretches, so that the gateway does its work meanwhile. */
const pauseMs = 1;

interface Surroundings {
  readonly file: LiveFile;
  /** Where it is. */
  readonly path: string;
  readonly clock: Clock;
  /** Commits what is pending and what has been answered. */
  commit(): void;
  /** A commit has happened. */
  committed(): void;
}

/** Rejects with SQLite's errors. */
export async function erase(isIt: (reading: Reading) => boolean, around: Surroundings): Promise<Erased> {
  const { file, path, clock, commit, committed } = around;
  const sieve: Sieve = {
    staysUntil: (reading) => (isIt(reading) ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY),
    now: 0,
    togetherMs: 0,
    reason: 'erased',
  };
  commit();
  const unsealed = file.use((store) => ({
    open: siftOpen(store, sieve),
    held: siftHeld(store, sieve),
    refused: siftRefused(store, sieve),
  }));
  let sealed = 0;
  for (const { outbox, queue, lane } of file.use(placesOf)) {
    const end = queue.next - 1; // what is sealed anew needs no second look
    for (let after = 0, isMore = true; isMore; ) {
      commit();
      const looked = file.use((store) => siftLane(store, { outbox, queue, lane }, { after, end }, sieve));
      sealed += looked.gone;
      after = looked.last ?? after;
      isMore = looked.isMore;
      await clock.sleep(pauseMs, new AbortController().signal);
    }
  }
  file.use((store) => store.clearLog());
  removeAll(path);
  committed();
  return { sealed, ...unsealed };
}
