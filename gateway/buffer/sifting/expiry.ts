/**
 * Retention: a reading that may be kept for a time only, and has waited longer, is given up unsent.
 *
 *   every minute: open set, waiting batches, refused ──▶ expired? ──▶ gap "expired" │ what stays is sealed anew │ log emptied
 *
 * Promise: `lookEveryMs` after its time is over (and a moment for each `batchesAtOnce` batches that wait) nothing of it is in the file, in
 * its free pages, in its log or in a damaged file that was set aside: those go at once, as nobody can tell what they hold. Nothing goes
 * while the clock is not set, or nobody knows how long things may stay.
 *
 * What of one batch is due before the next look goes with what is due now, so that a batch is not sealed anew every minute.
 *
 * Each batch is decoded once, and again only when the next of its readings is due. Bound: memory has a `Stretch` for each 32 or more
 * numbers between which such readings wait.
 */
import type { Reading } from '../../../shared/reading.ts';
import type { BufferOptions, Retention } from '../buffer-options.ts';
import type { LiveFile } from '../live-file.ts';
import type { Queue } from '../queue.ts';
import { removeAll } from '../salvage/damaged-files.ts';
import { numberOfKey } from '../schema.ts';
import type { Store } from '../store.ts';
import { Timer } from '../timer.ts';
import { type Erased, erase } from './erase.ts';
import type { Sieve } from './sift-batch.ts';
import { batchesAtOnce, type Place, placesOf, siftLane, siftOpen, siftRefused } from './sift-lane.ts';

const lookEveryMs = 60_000;
/** Between two stretches, so that a gateway with a long backlog does its work meanwhile. */
const pauseMs = 100;

/** What it needs of the buffer. */
export interface Owner {
  /** Commits what has been answered, so that it is not given up. */
  commit(): void;
  /** A commit has happened. */
  committed(): void;
  /** Logs a fault instead of throwing it. */
  attempt(action: () => void): void;
}

/** Batches of a lane, by number, that hold readings with an end. */
interface Stretch {
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly end: number;
  readonly dueAt: number;
}

/** What has been looked at of a lane. */
interface Scan {
  /** Up to here. */
  end: number;
  stretches: readonly Stretch[];
}

export class Expiry {
  readonly #options: BufferOptions;
  readonly #file: LiveFile;
  readonly #owner: Owner;
  readonly #timer: Timer;
  /** By which rules, of which store, that was. */
  #rules: object | undefined;
  #store: Store | undefined;
  #scans = new Map<Queue, Map<string, Scan>>();
  /** A look was longer than one go. */
  #goesOn = false;
  #mustEmptyLog = false;

  constructor(options: BufferOptions, file: LiveFile, owner: Owner) {
    this.#options = options;
    this.#file = file;
    this.#owner = owner;
    this.#timer = new Timer(options.clock);
    if (options.retention !== undefined) this.#lookIn(lookEveryMs, options.retention);
  }

  /** Erases from everything that waits here. Rejects with SQLite's errors. */
  erase(isIt: (reading: Reading) => boolean): Promise<Erased> {
    const { file: path, clock } = this.#options;
    const { commit, committed } = this.#owner;
    return erase(isIt, { file: this.#file, path, clock, commit, committed });
  }

  end(): void {
    this.#timer.end();
  }

  #lookIn(ms: number, retention: Retention): void {
    this.#timer.set(ms, () => {
      let isMore = false;
      this.#owner.attempt(() => {
        isMore = this.#look(retention);
      });
      this.#lookIn(isMore ? pauseMs : lookEveryMs, retention);
    });
  }

  /** Looks at some of what is due, and returns whether there is more. Throws SQLite's errors. */
  #look(retention: Retention): boolean {
    const rules = retention.rules();
    const { wall: now, synchronised } = this.#options.clock.moment();
    if (rules === undefined || !synchronised) return false;
    this.#owner.commit();
    removeAll(this.#options.file);
    const sieve: Sieve = {
      staysUntil: (reading) => reading.observedAt + (retention.of(reading) ?? Number.POSITIVE_INFINITY),
      now,
      togetherMs: lookEveryMs,
      reason: 'expired',
    };
    const { gone, isMore } = this.#file.use((store) => {
      if (this.#rules !== rules || this.#store !== store) this.#scans = new Map();
      this.#rules = rules;
      this.#store = store;
      return this.#sift(store, sieve);
    });
    if (gone > 0) {
      this.#mustEmptyLog = true;
      this.#options.log.warn('Readings waited longer than they may be kept, and were given up', {
        file: this.#options.file,
        readings: gone,
      });
      this.#owner.committed();
    }
    if (this.#mustEmptyLog && !isMore) {
      this.#file.use((store) => store.clearLog());
      this.#mustEmptyLog = false;
    }
    return isMore;
  }

  #sift(store: Store, sieve: Sieve): { readonly gone: number; readonly isMore: boolean } {
    let gone = this.#goesOn ? 0 : siftOpen(store, sieve) + siftRefused(store, sieve);
    const scans = new Map<Queue, Map<string, Scan>>(); // those of epochs that are done are forgotten
    let isMore = false;
    for (const place of placesOf(store)) {
      const { queue, lane } = place;
      const scan = this.#scans.get(queue)?.get(lane) ?? { end: 0, stretches: [] };
      scans.set(queue, (scans.get(queue) ?? new Map()).set(lane, scan));
      if (isMore) continue;
      const done = this.#siftPlace(store, place, scan, sieve);
      gone += done.gone;
      isMore = done.isMore;
    }
    this.#scans = scans;
    this.#goesOn = isMore;
    return { gone, isMore };
  }

  /** One stretch that is due, or the next that nobody has looked at. */
  #siftPlace(
    store: Store,
    place: Place,
    scan: Scan,
    sieve: Sieve,
  ): { readonly gone: number; readonly isMore: boolean } {
    const first = place.queue.after(place.lane, 0);
    const from = first === undefined ? Number.POSITIVE_INFINITY : numberOfKey(first.key);
    scan.stretches = scan.stretches.filter(({ end }) => end >= from);
    const due = scan.stretches.find(({ dueAt }) => dueAt <= sieve.now);
    if (due !== undefined) {
      const { last = due.end, isMore, dueAt, gone } = siftLane(store, place, due, sieve);
      const rest = scan.stretches.filter((each) => each !== due);
      const again = isMore ? [{ ...due, after: last }] : [];
      scan.stretches = [...again, ...rest, ...stretch({ after: due.after, end: last, dueAt })];
      return { gone, isMore: true };
    }
    const { last, isMore, dueAt, gone } = siftLane(
      store,
      place,
      { after: scan.end, end: Number.MAX_SAFE_INTEGER },
      sieve,
    );
    if (last === undefined) return { gone, isMore: false };
    const before = scan.stretches.at(-1);
    const joins = before !== undefined && before.end === scan.end && last - before.after <= batchesAtOnce;
    const joined = {
      after: joins ? before.after : scan.end,
      end: last,
      dueAt: Math.min(dueAt, joins ? before.dueAt : dueAt),
    };
    scan.stretches = [...(joins ? scan.stretches.slice(0, -1) : scan.stretches), ...stretch(joined)];
    scan.end = last;
    return { gone, isMore };
  }
}

/** One without an end needs no other look. */
function stretch(looked: Stretch): Stretch[] {
  return looked.dueAt === Number.POSITIVE_INFINITY ? [] : [looked];
}
