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
 *
 *   append ─▶ pending ─group commit─▶ open set ─count or age─▶ sealed batches (one feed a destination) ─▶ take … settle
 *                                       ▲ clock set
 *                              held ────┘ readings taken before the clock was
 *
 * Bounds: `maxPending` readings wait for the group commit (then it happens at once), `maxHeld` readings wait for the
 * clock (then the oldest leave, marked). When the disk is nearly full the oldest batches make room (disk-room.ts); if even
 * that does not help, `append` rejects with "buffer-full", the readings are the caller's to report, and everything else is
 * tried again until it works.
 */

import { codeOf, messageOf } from '../../shared/errors.ts';
import type { Lane } from '../../shared/feed/batch.ts';
import type { GapReason, Receipt } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import type { AppendOptions, BufferOptions, BufferStats } from './buffer-options.ts';
import { bufferFull, type Db, isFull, openDatabase, usedBytes } from './database.ts';
import { DiskRoom, diskSpaceOf } from './disk-room.ts';
import { type Apply, Feed, formerFeeds, Numbering, type Outgoing } from './feed.ts';
import { type Held, markUnsynchronised, OpenSet, shiftTime } from './open-set.ts';
import { dropOldestBatches } from './quota.ts';
import { Timer } from './timer.ts';

interface Pending {
  readonly readings: readonly Reading[];
  readonly options: AppendOptions;
  resolve(): void;
  reject(fault: Error): void;
}

interface Settled {
  readonly feed: Feed;
  readonly outgoing: Outgoing;
  readonly receipt: Receipt;
}

const maxPending = 10_000;
const maxHeld = 50_000;
/** Receipts are taken into account together with the next commit, at the latest after this. */
const settleWithinMs = 1_000;
/** Room above the quota in which dropping itself can work. */
const headroomBytes = 1024 * 1024;

export class Buffer {
  readonly #options: BufferOptions;
  readonly #db: Db;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #feeds: ReadonlyMap<string, Feed>;
  readonly #openSet: OpenSet;
  readonly #room: DiskRoom;
  readonly #commitTimer: Timer;
  readonly #ageTimer: Timer;
  readonly #holdTimer: Timer;
  readonly #remembered = new Map<string, string>();
  #pending: Pending[] = [];
  #pendingReadings = 0;
  #commitDueAt = Number.POSITIVE_INFINITY;
  /** The generation of the open set whose age is being watched. */
  #agedGeneration: number | undefined;
  #watchingHeld = false;
  #isClosed = false;
  #settled: Settled[] = [];
  #appended = 0;
  #commits = 0;
  #dropped = 0;
  #fault = '';

  private constructor(options: BufferOptions, db: Db) {
    this.#options = options;
    this.#db = db;
    this.#sql = prepare(db);
    this.#room = new DiskRoom(db, options.maxBytes, options.diskSpace ?? (() => diskSpaceOf(options.file)));
    const feeds = [...options.feeds, ...formerFeeds(db, options.feeds)];
    this.#feeds = new Map(feeds.map((feed) => [feed.name, new Feed(db, options.gateway, feed)]));
    this.#commitTimer = new Timer(options.clock);
    this.#ageTimer = new Timer(options.clock);
    this.#holdTimer = new Timer(options.clock);
    const { boot, batchReadings } = options;
    const seal = (readings: readonly Reading[], numbers: Numbering) => this.#sealInto(readings, 'routine', numbers);
    this.#openSet = new OpenSet(db, { boot, batchReadings, seal });
  }

  /** Opens or creates the file and takes up what waited in it. Throws what `openDatabase` throws. */
  static open(options: BufferOptions): Buffer {
    const { opened: buffer, quarantined } = openDatabase(options.file, options.maxBytes + headroomBytes, (db) => {
      const taken = new Buffer(options, db);
      taken.#load();
      return taken;
    });
    if (quarantined !== undefined) {
      options.log.error('The buffer file was damaged. It was set aside and a new one begun; what it held is not sent', {
        file: options.file,
        setAside: quarantined,
      });
    }
    return buffer;
  }

  /** Resolves when the readings and what is to be remembered are on the disk; rejects with "buffer-full". */
  append(readings: readonly Reading[], options: AppendOptions = {}): Promise<void> {
    if (this.#isClosed) return Promise.reject(new RangeError('the buffer is closed'));
    return new Promise((resolve, reject) => {
      this.#pending.push({ readings, options, resolve, reject });
      this.#pendingReadings += readings.length;
      if (this.#pendingReadings >= maxPending) this.#commit();
      else this.#commitWithin(readings.some(isUrgent) ? 0 : (options.withinMs ?? 0));
    });
  }

  /** What was last remembered of each device, as JSON text. */
  remembered(): ReadonlyMap<string, string> {
    return this.#remembered;
  }

  /** The next thing to send to a destination; it counts as in flight until `release` or `settle`. */
  take(destination: string): Outgoing | undefined {
    return this.#feed(destination).take();
  }

  /** It could not be delivered and waits again, unchanged. */
  release(destination: string, outgoing: Outgoing): void {
    this.#feed(destination).release(outgoing);
  }

  /** The destination has answered. The batch leaves the disk with the next commit, within a second. */
  settle(destination: string, outgoing: Outgoing, receipt: Receipt): void {
    this.#settled.push({ feed: this.#feed(destination), outgoing, receipt });
    this.#commitWithin(settleWithinMs);
  }

  /** Calls `listener` whenever there may be something to take, until the returned function is called. */
  onWork(destination: string, listener: () => void): () => void {
    return this.#feed(destination).onWork(listener);
  }

  /** The clock was set: wall minus monotonic ms is now this. Readings that waited for it get their real time. */
  clockSet(offsetMs: number): void {
    const ofThisBoot = this.#openSet.held.filter(({ boot }) => boot === this.#options.boot);
    this.#attempt(() => this.#letGo(ofThisBoot, (reading, row) => shiftTime(reading, offsetMs - row.offsetMs)));
  }

  /** Seals all that is open and commits all that is pending: nothing waits for age, count or clock any more. */
  flush(): void {
    this.#commit();
    this.#letGo(this.#openSet.held, markUnsynchronised);
    this.#transact((numbers) => this.#openSet.sealAll(numbers));
  }

  stats(): BufferStats {
    const { file, maxBytes } = this.#options;
    return {
      file,
      usedBytes: usedBytes(this.#db),
      maxBytes,
      open: this.#openSet.size,
      held: this.#openSet.heldReadings,
      appended: this.#appended,
      commits: this.#commits,
      dropped: this.#dropped,
      fault: this.#fault,
      isDiskShort: this.#room.isShort,
      feeds: Object.fromEntries([...this.#feeds].map(([name, feed]) => [name, feed.stats()])),
    };
  }

  /** Commits what is pending and closes the file; what is open stays in it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#commit();
    for (const timer of [this.#commitTimer, this.#ageTimer, this.#holdTimer]) timer.cancel();
    this.#db.close();
  }

  #load(): void {
    for (const { device, value } of this.#sql.memory.iterate() as Iterable<{ device: string; value: string }>) {
      this.#remembered.set(device, value);
    }
    const { boot } = this.#options;
    this.#letGo(
      this.#openSet.held.filter((row) => row.boot !== boot),
      markUnsynchronised,
    );
    this.#watchHeld();
    this.#watchAge();
  }

  #feed(name: string): Feed {
    const feed = this.#feeds.get(name);
    if (feed === undefined) throw new RangeError(`no destination is called ${name}`);
    return feed;
  }

  #commitWithin(ms: number): void {
    const dueAt = this.#options.clock.moment().monotonic + ms;
    if (dueAt >= this.#commitDueAt) return;
    this.#commitDueAt = dueAt;
    this.#commitTimer.set(ms, () => this.#commit());
  }

  /** One transaction for everything that waits: readings, memories, receipts. */
  #commit(): void {
    this.#commitTimer.cancel();
    this.#commitDueAt = Number.POSITIVE_INFINITY;
    const pending = this.#pending;
    const settled = this.#settled;
    if (pending.length === 0 && settled.length === 0) return;
    this.#pending = [];
    this.#pendingReadings = 0;
    this.#settled = [];
    try {
      this.#transact((numbers) => [
        ...settled.map(({ feed, outgoing, receipt }) => feed.settle(outgoing, receipt)),
        ...this.#write(pending, numbers),
      ]);
    } catch (fault) {
      this.#settled.push(...settled);
      if (settled.length > 0) this.#commitWithin(settleWithinMs);
      const error = bufferFull(this.#options.file, fault);
      for (const { reject } of pending) reject(error);
      return;
    }
    for (const { readings, resolve } of pending) {
      this.#appended += readings.length;
      resolve();
    }
  }

  #write(pending: readonly Pending[], numbers: Numbering): Apply[] {
    const urgent: Reading[] = [];
    const routine: Reading[] = [];
    const applies: Apply[] = [];
    for (const { readings, options } of pending) {
      const offsetMs = options.unsynchronisedOffsetMs;
      if (offsetMs === undefined) {
        for (const reading of readings) (isUrgent(reading) ? urgent : routine).push(reading);
      } else {
        urgent.push(...readings.filter(isUrgent).map(markUnsynchronised));
        applies.push(
          ...this.#openSet.hold(
            readings.filter((reading) => !isUrgent(reading)),
            offsetMs,
          ),
          () => this.#watchHeld(),
        );
      }
      for (const [device, value] of options.remember ?? []) this.#sql.remember.run(device, value);
      applies.push(() => {
        for (const [device, value] of options.remember ?? []) this.#remembered.set(device, value);
      });
    }
    if (urgent.length > 0) applies.push(...this.#sealInto(urgent, 'urgent', numbers));
    return [...applies, ...this.#openSet.add(routine, numbers)];
  }

  #sealInto(readings: readonly Reading[], lane: Lane, numbers: Numbering): Apply[] {
    return [...this.#feeds.values()].map((feed) => feed.seal(readings, lane, numbers));
  }

  /** Sees to it that the open set is sealed when its first reading has come of age. */
  #watchAge(): void {
    const { generation, size } = this.#openSet;
    if (size === 0 || generation === this.#agedGeneration) return;
    this.#agedGeneration = generation;
    this.#ageTimer.set(this.#options.batchAgeMs, () => {
      if (this.#openSet.generation !== generation) return;
      this.#agedGeneration = undefined;
      this.#attempt(() => this.#transact((numbers) => this.#openSet.sealAll(numbers)));
      this.#watchAge(); // should the write have failed, it is tried again
    });
  }

  /** Sees to it that no reading waits for the clock longer than `holdMs`. */
  #watchHeld(): void {
    if (this.#watchingHeld || this.#openSet.held.length === 0) return;
    this.#watchingHeld = true;
    this.#holdTimer.set(this.#options.holdMs, () => {
      this.#watchingHeld = false;
      this.#attempt(() => this.#letGo(this.#openSet.held, markUnsynchronised));
      this.#watchHeld(); // should the write have failed, it is tried again
    });
  }

  #letGo(rows: readonly Held[], change: (reading: Reading, row: Held) => Reading): void {
    if (rows.length > 0) this.#transact((numbers) => this.#openSet.letGo(rows, change, numbers));
  }

  /** Runs `work` in a transaction and applies what it returns. */
  #transact(work: (numbers: Numbering) => readonly Apply[]): void {
    let applies: readonly Apply[];
    try {
      applies = this.#makingRoom(() => this.#db.transaction(() => work(new Numbering())).immediate());
    } catch (fault) {
      this.#fault = codeOf(fault) || messageOf(fault);
      throw fault;
    }
    this.#fault = '';
    this.#commits++;
    for (const apply of applies) apply();
    this.#watchAge();
    this.#attempt(() => this.#enforceBounds()); // what was committed stays so, whatever comes of this
  }

  /** When the disk is full: first the log begins anew, then the oldest batches are dropped. */
  #makingRoom<T>(run: () => T): T {
    const ways = [() => this.#room.emptyLog(), () => this.#dropSome('disk-full')];
    for (const makeRoom of ways) {
      try {
        return run();
      } catch (fault) {
        if (!isFull(fault)) throw fault;
        makeRoom();
      }
    }
    return run();
  }

  #enforceBounds(): void {
    const bound = this.#room.bound();
    const reason = this.#room.isShort ? 'disk-full' : 'quota';
    while (usedBytes(this.#db) > bound && this.#makingRoom(() => this.#dropSome(reason)));
    let held = this.#openSet.heldReadings;
    const tooMany: Held[] = [];
    for (const row of this.#openSet.held) {
      if (held <= maxHeld) break;
      tooMany.push(row);
      held -= row.readings.length;
    }
    this.#letGo(tooMany, markUnsynchronised);
  }

  /** False when there was nothing to drop. */
  #dropSome(reason: GapReason): boolean {
    const batches = dropOldestBatches(this.#db, [...this.#feeds.values()], reason);
    if (batches === 0) return false;
    this.#dropped += batches;
    this.#options.log.error('The buffer is full: the oldest batches were dropped and are reported as gaps', {
      file: this.#options.file,
      batches,
      reason,
    });
    return true;
  }

  /** For what nobody waits for: should it fail, that is logged. */
  #attempt(action: () => void): void {
    try {
      action();
    } catch (fault) {
      this.#options.log.error('The buffer could not write. It goes on and tries again', {
        file: this.#options.file,
        fault: messageOf(fault),
      });
    }
  }
}

function isUrgent(reading: Reading): boolean {
  return reading.kind === 'alarm';
}

function prepare(db: Db) {
  return {
    memory: db.prepare('SELECT device, value FROM memory'),
    remember: db.prepare('INSERT INTO memory VALUES (?, ?) ON CONFLICT (device) DO UPDATE SET value = excluded.value'),
  };
}
