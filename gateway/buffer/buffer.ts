/**
 * The buffer: the only queue, durable when `append` resolves.
 *
 * Promises (DESIGN: each is a test file under test/gateway/buffer/):
 *  1. `append` resolves only when the readings would survive a power cut (WAL, synchronous=FULL, group commit).
 *  2. Readings wait in an open set and are sealed into batches per destination. A sealed batch never changes.
 *  3. A batch leaves the disk only on a receipt.
 *  4. A batch is (gateway, epoch, number); numbers have no hole, and a new file is a new epoch.
 *  5. Urgent readings are sealed at once and overtake everything.
 *  6. The quota is enforced: the oldest routine batches go first, and each drop is reported as a gap.
 *  7. What is refused is set aside with its reason, bounded.
 *  8. A damaged file is set aside, what can be read of it goes on (salvage.ts), and the rest is reported as gaps.
 *  9. Few writes: what nobody waits for is committed late and together, and sealed by the commit it came with.
 *
 *   append ─▶ pending ─group commit─▶ open set ─count or age─▶ sealed batches (one feed a destination) ─▶ take … settle
 *                                       ▲ clock set
 *                              held ────┘ readings taken before the clock was
 *
 * Bounds: `maxPending` readings wait for the group commit and `maxSettled` receipts (then it happens at once; while receipts
 * cannot be written nothing more is given out).
 *
 * When it fails: a full disk makes room (store.ts), a failing or damaged one is dealt with in live-file.ts. If neither helps,
 * `append` rejects with "buffer-full", the readings are the caller's to report, and everything else is tried again until it
 * works.
 */

import { messageOf } from '../../shared/errors.ts';
import type { Receipt } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import type { AppendOptions, BufferOptions, BufferStats, ByHand } from './buffer-options.ts';
import { bufferFull } from './database.ts';
import type { Numbering } from './epoch.ts';
import { markUnsynchronised, shiftTime, type Which } from './held.ts';
import { LiveFile, reopenEveryMs } from './live-file.ts';
import { isUrgent } from './outbox.ts';
import type { Apply, Outgoing } from './outgoing.ts';
import type { RefusedFilter, RefusedReading } from './refused.ts';
import { type Retried, retryRefused } from './retry-refused.ts';
import { settleByHand } from './settle-by-hand.ts';
import type { Store } from './store.ts';
import { Timer } from './timer.ts';

interface Pending {
  readonly readings: readonly Reading[];
  readonly options: AppendOptions;
  /** Monotonic ms. */
  readonly at: number;
  resolve(): void;
  reject(fault: Error): void;
}

interface Settled {
  readonly destination: string;
  readonly outgoing: Outgoing;
  readonly receipt: Receipt;
}

const maxPending = 10_000;
const maxSettled = 64;
const nothingSeen = -1;
/** Receipts are taken into account together with the next commit, at the latest after this. */
const settleWithinMs = 10_000;
/** A timer may fire this much before its time, by another clock than ours. */
const earlyMs = 20;

export class ReadingBuffer {
  readonly #options: BufferOptions;
  readonly #commitTimer: Timer;
  readonly #ageTimer: Timer;
  readonly #holdTimer: Timer;
  readonly #takers = new Map<string, Set<() => void>>();
  readonly #file: LiveFile;
  #pending: Pending[] = [];
  #pendingReadings = 0;
  #commitDueAt = Number.POSITIVE_INFINITY;
  /** When the oldest reading of the open set came, monotonic ms. */
  #openSince: number | undefined;
  /** What of the store's work the takers have been told. */
  #workSeen: number;
  #isClosed = false;
  #settled: Settled[] = [];
  #appended = 0;

  private constructor(options: BufferOptions) {
    this.#options = options;
    this.#file = new LiveFile(options, {
      replaced: () => {
        this.#openSince = this.#file.store.openSet.size > 0 ? this.#now() : undefined;
        this.#workSeen = nothingSeen;
      },
      failed: () => this.#commitWithin(reopenEveryMs),
    });
    this.#workSeen = this.#file.store.work;
    this.#commitTimer = new Timer(options.clock);
    this.#ageTimer = new Timer(options.clock);
    this.#holdTimer = new Timer(options.clock);
  }

  /** Opens or creates the file and takes up what waited in it. Throws what `openDatabase` throws. */
  static open(options: BufferOptions): ReadingBuffer {
    const buffer = new ReadingBuffer(options);
    buffer.#takeUp();
    return buffer;
  }

  /** Resolves when the readings and what is to be remembered are on the disk; rejects with "buffer-full". */
  append(readings: readonly Reading[], options: AppendOptions = {}): Promise<void> {
    if (this.#isClosed) return Promise.reject(new RangeError('the buffer is closed'));
    return new Promise((resolve, reject) => {
      this.#pending.push({ readings, options, at: this.#now(), resolve, reject });
      this.#pendingReadings += readings.length;
      if (this.#pendingReadings >= maxPending) this.#commit();
      else this.#commitWithin(readings.some(isUrgent) ? 0 : (options.withinMs ?? 0));
    });
  }

  /** What was last remembered of each device, as JSON text. */
  remembered(): ReadonlyMap<string, string> {
    return this.#file.store.remembered;
  }

  /**
   * The next thing to send to a destination; it counts as in flight until `release` or `settle`. Undefined where nothing
   * waits, or what comes next is larger than `roomBytes`.
   */
  take(destination: string, roomBytes = Number.POSITIVE_INFINITY): Outgoing | undefined {
    if (this.#settled.length >= maxSettled) return undefined; // they cannot be written: more would only fill the memory
    try {
      return this.#file.use((store) => {
        const feed = store.feed(destination);
        const gap = feed.takeGap();
        if (gap !== undefined) return gap;
        for (let next = feed.next(); next !== undefined && next.row.bytes.length <= roomBytes; next = feed.next()) {
          if (next.epoch.isWhole(next.row, next.lane)) return feed.send(next);
          store.dropDamaged(next);
        }
        return undefined;
      });
    } catch (fault) {
      if (fault instanceof RangeError) throw fault;
      this.#reportFault(fault);
      return undefined;
    }
  }

  /** It could not be delivered and waits again, unchanged. */
  release(destination: string, outgoing: Outgoing): void {
    this.#file.store.feed(destination).release(outgoing);
    this.#notify(destination);
  }

  /** The destination has answered. The batch leaves the disk with the next commit, within ten seconds. */
  settle(destination: string, outgoing: Outgoing, receipt: Receipt): void {
    this.#settled.push({ destination, outgoing, receipt });
    if (this.#settled.length >= maxSettled && this.#file.fault === '') this.#commit();
    else this.#commitWithin(settleWithinMs);
  }

  /** What waits for a destination, without taking it; it may be written to and settled while this is read. */
  waiting(destination: string): Generator<Outgoing> {
    return this.#file.store.feed(destination).waiting();
  }

  /** Receipts that came by hand: as `settle`, for whatever of it is still here. Throws a MachimoriError "buffer-full". */
  settleByHand(receipts: readonly Receipt[]): ByHand {
    return this.#change(({ feeds }) => settleByHand(feeds, receipts));
  }

  /** What the city OS has refused, the oldest first; it may be written to while this is read. */
  refused(filter?: RefusedFilter): Generator<RefusedReading> {
    return this.#file.store.refused.list(filter);
  }

  /** Seals refused readings anew, each for the destination that refused it. Throws a MachimoriError "buffer-full". */
  retryRefused(filter?: RefusedFilter): Retried {
    const { feeds: configured, batchReadings } = this.#options;
    return this.#change((store, numbers) => {
      const feeds = new Map(configured.map(({ name }) => [name, store.feed(name)]));
      const nextSealed = () => store.nextSealed();
      return retryRefused({ refused: store.refused, filter, feeds, batchReadings, nextSealed }, numbers);
    });
  }

  /** Deletes refused readings and returns how many. Throws a MachimoriError "buffer-full". */
  dropRefused(filter?: RefusedFilter): number {
    const readings = this.#change(({ refused }) => {
      const ids = [...refused.list(filter)].map(({ id }) => id);
      refused.remove(ids);
      return { told: ids.length, applies: [] };
    });
    if (readings > 0) this.#options.log.warn('Refused readings were dropped, as the operator wished', { readings });
    return readings;
  }

  /**
   * Calls `listener` whenever there may be something to take, until the returned function is called. Meanwhile somebody is
   * there to take: batches are sealed by age.
   */
  onWork(destination: string, listener: () => void): () => void {
    this.#file.store.feed(destination);
    const takers = this.#takers.get(destination) ?? new Set();
    this.#takers.set(destination, takers.add(listener));
    this.#watchAge();
    this.#watchHeld();
    return () => takers.delete(listener);
  }

  /** The clock was set. Readings that waited for it get their real time. */
  clockSet(): void {
    this.#commit();
  }

  /** Commits what is pending and seals what is open; readings that wait for the clock go on waiting. */
  sealOpen(): void {
    this.#commit();
    this.#attempt(() => this.#sealRest());
  }

  /** Seals all that is open and commits all that is pending: nothing waits for age, count or clock any more. */
  flush(): void {
    this.#commit();
    this.#file.use((store) => {
      for (let rows = store.held.rows(); rows.length > 0; rows = store.held.rows()) {
        store.letGo(rows, markUnsynchronised);
      }
    });
    this.#sealRest();
  }

  stats(): BufferStats {
    const { file, maxBytes } = this.#options;
    return { file, maxBytes, appended: this.#appended, fault: this.#file.fault, ...this.#file.store.stats() };
  }

  /** Commits what is pending and closes the file; what is open stays in it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#commit();
    for (const timer of [this.#commitTimer, this.#ageTimer, this.#holdTimer]) timer.end();
    this.#attempt(() => this.#file.close());
  }

  /** What an earlier run left: readings held in another boot leave marked, those of this boot as the clock now stands. */
  #takeUp(): void {
    if (this.#file.store.openSet.size > 0) this.#openSince = this.#now();
    this.#attempt(() => this.#letGoDue());
    if (this.#mustLetGo()) this.#commitWithin(0);
  }

  #now(): number {
    return this.#options.clock.moment().monotonic;
  }

  #commitWithin(ms: number): void {
    const dueAt = this.#now() + ms;
    if (dueAt >= this.#commitDueAt) return;
    this.#commitDueAt = dueAt;
    this.#commitTimer.set(ms, () => this.#commit());
  }

  /** One transaction for everything that waits: readings, memories, receipts; and for the batch that has come of age. */
  #commit(): void {
    this.#commitTimer.cancel();
    this.#commitDueAt = Number.POSITIVE_INFINITY;
    const pending = this.#pending;
    const settled = this.#settled;
    const openSince = this.#openSince ?? pending[0]?.at;
    const isOfAge =
      this.#isTaken && openSince !== undefined && this.#now() - openSince >= this.#options.batchAgeMs - earlyMs;
    const hasWork = pending.length > 0 || settled.length > 0 || isOfAge || this.#mustLetGo();
    if (!hasWork && !this.#file.mustReopen) return;
    this.#pending = [];
    this.#pendingReadings = 0;
    this.#settled = [];
    try {
      this.#letGoDue(); // before the readings that came after them
      this.#transact((numbers) => [
        ...settled.map(({ destination, outgoing, receipt }) =>
          this.#file.store.feed(destination).settle(outgoing, receipt),
        ),
        ...[...this.#file.store.feeds.values()].map((feed) => feed.forgetDone()),
        ...this.#write(pending, numbers, isOfAge),
      ]);
    } catch (fault) {
      this.#settled.push(...settled);
      if (settled.length > 0) this.#commitWithin(settleWithinMs);
      if (this.#file.mustReopen || this.#mustLetGo()) this.#commitWithin(reopenEveryMs);
      const error = bufferFull(this.#options.file, fault);
      for (const { reject } of pending) reject(error);
      this.#watchAge();
      return;
    }
    if (settled.length >= maxSettled) this.#notifyAll();
    for (const { readings, resolve } of pending) {
      this.#appended += readings.length;
      resolve();
    }
    if (this.#mustLetGo()) this.#commitWithin(0);
  }

  #write(pending: readonly Pending[], numbers: Numbering, sealRest: boolean): Apply[] {
    const store = this.#file.store;
    const { boot } = this.#options;
    const urgent: Reading[] = [];
    const routine: Reading[] = [];
    const applies: Apply[] = [];
    for (const { readings, options, at } of pending) {
      const offsetMs = options.unsynchronisedOffsetMs;
      if (offsetMs === undefined) {
        for (const reading of readings) (isUrgent(reading) ? urgent : routine).push(reading);
      } else {
        urgent.push(...readings.filter(isUrgent).map(markUnsynchronised));
        const held = readings.filter((reading) => !isUrgent(reading));
        if (held.length > 0) applies.push(store.held.hold(held, { boot, takenAt: at, offsetMs }));
      }
      for (const [device, value] of options.remember ?? []) applies.push(store.remember(device, value));
    }
    if (urgent.length > 0) applies.push(...store.seal(urgent, 'urgent', numbers));
    const sizeBefore = store.openSet.size;
    const since = pending.at(-1)?.at ?? this.#now();
    return [
      ...applies,
      ...store.openSet.add(routine, numbers, sealRest),
      () => {
        const hasBegunAnew = sizeBefore === 0 || store.openSet.size < sizeBefore + routine.length;
        if (store.openSet.size === 0) this.#openSince = undefined;
        else if (hasBegunAnew || this.#openSince === undefined) this.#openSince = since;
      },
    ];
  }

  get #isTaken(): boolean {
    return [...this.#takers.values()].some(({ size }) => size > 0);
  }

  /** The open set is sealed when its first reading has come of age. */
  #watchAge(): void {
    const since = this.#openSince;
    if (since === undefined || !this.#isTaken) {
      this.#ageTimer.cancel();
      return;
    }
    const dueMs = since + this.#options.batchAgeMs - this.#now();
    this.#ageTimer.set(Math.max(this.#leastPauseMs, dueMs), () => this.#commit());
  }

  /** Before something is tried again. */
  get #leastPauseMs(): number {
    return this.#file.fault === '' ? 0 : reopenEveryMs;
  }

  /** Readings that have waited too long for the clock leave marked. */
  #watchHeld(): void {
    const { boot, holdMs } = this.#options;
    const oldest = this.#isTaken ? this.#file.store.held.oldestOf(boot) : undefined;
    if (oldest === undefined) {
      this.#holdTimer.cancel();
      return;
    }
    this.#holdTimer.set(Math.max(this.#leastPauseMs, oldest + holdMs - this.#now()), () => {
      const takenBefore = this.#now() - holdMs + earlyMs;
      this.#attempt(() => this.#letGo({ boot, takenBefore }, markUnsynchronised));
      this.#watchHeld(); // should the write have failed, it is tried again
    });
  }

  /** Whether readings are held that nobody needs to hold any longer. */
  #mustLetGo(): boolean {
    const { boot, clock } = this.#options;
    const { held } = this.#file.store;
    return held.size > 0 && (clock.moment().synchronised || held.hasOthersThan(boot));
  }

  /** Some of those readings: of another boot, marked; of this one, as the clock now stands. */
  #letGoDue(): void {
    if (!this.#mustLetGo()) return;
    const { boot, clock } = this.#options;
    const { wall, monotonic, synchronised } = clock.moment();
    if (this.#file.store.held.hasOthersThan(boot)) this.#letGo({ notOfBoot: boot }, markUnsynchronised);
    else if (synchronised) this.#letGo({ boot }, (reading, row) => shiftTime(reading, wall - monotonic - row.offsetMs));
  }

  #letGo(which: Which, change: Parameters<Store['letGo']>[1]): void {
    this.#file.use((store) => {
      store.letGo(store.held.rows(which), change);
    });
    this.#afterCommit();
  }

  /** Runs `work` in a transaction for somebody who waits for its outcome. */
  #change<T>(work: (store: Store, numbers: Numbering) => { readonly told: T; readonly applies: readonly Apply[] }): T {
    let told: T | undefined;
    try {
      this.#transact((numbers) => {
        const done = work(this.#file.store, numbers);
        told = done.told;
        return done.applies;
      });
    } catch (fault) {
      throw bufferFull(this.#options.file, fault);
    }
    return told as T; // the transaction has run
  }

  #sealRest(): void {
    this.#transact((numbers) => this.#file.store.openSet.add([], numbers, true));
  }

  /** Runs `work` in a transaction and applies what it returns. */
  #transact(work: (numbers: Numbering) => readonly Apply[]): void {
    this.#file.use((store) => store.transact(work));
    this.#afterCommit();
  }

  #afterCommit(): void {
    this.#attempt(() => this.#file.use((store) => store.enforceBounds()));
    if (this.#file.store.openSet.size > 0) this.#openSince ??= this.#now();
    this.#watchAge();
    this.#watchHeld();
    if (this.#file.store.work === this.#workSeen) return;
    this.#workSeen = this.#file.store.work;
    this.#notifyAll();
  }

  #notifyAll(): void {
    for (const destination of this.#takers.keys()) this.#notify(destination);
  }

  #notify(destination: string): void {
    for (const listener of this.#takers.get(destination) ?? []) listener();
  }

  /** For what nobody waits for: should it fail, that is logged. */
  #attempt(action: () => void): void {
    try {
      action();
    } catch (fault) {
      this.#reportFault(fault);
    }
  }

  #reportFault(fault: unknown): void {
    this.#options.log.error('The buffer could not use its file. It goes on and tries again', {
      file: this.#options.file,
      fault: messageOf(fault),
    });
  }
}
