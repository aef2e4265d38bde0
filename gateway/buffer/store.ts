/**
 * What the buffer's file holds (feeds, open set, held readings, what is remembered), and one transaction on all of it.
 *
 * `transact` either commits and lets memory follow, or throws and changes neither. When the disk is full it makes room:
 * first the log begins anew, then the ballast is given up, then the oldest batches go. `enforceBounds` bounds the bytes on
 * disk and the readings that wait for the clock (`maxHeld`; beyond it the oldest leave, marked).
 */

import type { Lane } from '../../shared/feed/batch.ts';
import type { GapReason } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import type { BufferOptions } from './buffer-options.ts';
import {
  asOpeningFault,
  closeDatabase,
  dispelDoubt,
  isFull,
  type OpenedDatabase,
  openDatabase,
  rewriteLog,
  usedBytesOf,
} from './database.ts';
import { DiskRoom, diskSpaceOf } from './disk-room.ts';
import { type EpochSql, Numbering, prepareEpochs } from './epoch.ts';
import { Held, type HeldRow, markUnsynchronised } from './held.ts';
import { OpenSet } from './open-set.ts';
import { type Candidate, drawEpoch, type Feed, openFeeds } from './outbox.ts';
import type { Apply } from './outgoing.ts';
import { dropOldest } from './quota.ts';
import { Refused } from './refused.ts';
import { type Db, numberOfKey } from './schema.ts';

/** A week of readings at one a second. */
export const maxHeld = 600_000;
/** Room above the quota in which dropping itself can work. */
const headroomBytes = 1024 * 1024;
/** Most batches dropped in one transaction. */
const dropsAtOnce = 64;
/** Batches dropped where only SQLite knows how much room is missing. */
const dropsBlindly = 16;

export class Store {
  readonly feeds: ReadonlyMap<string, Feed>;
  readonly openSet: OpenSet;
  readonly held: Held;
  readonly refused: Refused;
  readonly remembered = new Map<string, string>();
  /** Unless the log was whole its feeds are in new epochs. */
  readonly log: OpenedDatabase['log'];
  readonly #options: BufferOptions;
  readonly #db: Db;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #countUsedBytes: () => number;
  readonly #inTransaction: (work: () => readonly Apply[]) => readonly Apply[];
  readonly #room: DiskRoom;
  #sealed: number;
  /** As of the last commit, so that it is known while the file is closed. */
  #usedBytes: number;
  #commits = 0;
  #dropped = 0;

  private constructor(options: BufferOptions, { db, log }: OpenedDatabase) {
    const { gateway, feeds: configured, batchReadings, file, maxBytes } = options;
    this.#options = options;
    this.#db = db;
    this.log = log;
    this.#sql = prepare(db);
    this.#room = new DiskRoom(db, file, maxBytes, options.diskSpace ?? (() => diskSpaceOf(file)));
    this.refused = new Refused(db);
    this.feeds = openFeeds(db, {
      gateway,
      configured,
      beginEpoch: log !== 'whole',
      sql: this.#sql.epochs,
      refused: this.refused,
      drawEpoch: options.drawEpoch ?? drawEpoch,
    });
    this.#sealed = Math.max(0, ...[...this.feeds.values()].map((feed) => feed.newestSealed()));
    this.#countUsedBytes = usedBytesOf(db);
    this.#usedBytes = this.#countUsedBytes();
    this.#inTransaction = db.transaction((work: () => readonly Apply[]) => work()).immediate;
    this.held = new Held(db);
    const seal = (readings: readonly Reading[], numbers: Numbering) => this.seal(readings, 'routine', numbers);
    this.openSet = new OpenSet(db, { batchReadings, seal });
    for (const { device, value } of this.#sql.memory.iterate() as Iterable<{ device: string; value: string }>) {
      this.remembered.set(device, value);
    }
  }

  /** Throws what `openDatabase` throws, or SQLite's own error where `isDamage` says so. */
  static open(options: BufferOptions): Store {
    const opened = openDatabase(options.file, options.maxBytes + headroomBytes);
    try {
      const store = new Store(options, opened);
      dispelDoubt(options.file); // the feeds are in new epochs, where that was needed
      return store;
    } catch (fault) {
      opened.db.close();
      throw asOpeningFault(fault, options.file);
    }
  }

  get gateway(): string {
    return this.#options.gateway;
  }

  get db(): Db {
    return this.#db;
  }

  get epochSql(): EpochSql {
    return this.#sql.epochs;
  }

  feed(destination: string): Feed {
    const feed = this.feeds.get(destination);
    if (feed === undefined) throw new RangeError(`no destination is called ${destination}`);
    return feed;
  }

  /** Seals readings into one batch for each destination that wants them. Call inside a transaction. */
  seal(readings: readonly Reading[], lane: Lane, numbers: Numbering): Apply[] {
    return [...this.feeds.values()].map((feed) => feed.seal(readings, lane, numbers, ++this.#sealed));
  }

  /** The place of a batch in the order of all. */
  nextSealed(): number {
    return ++this.#sealed;
  }

  /** Undefined forgets. Call inside a transaction. */
  remember(device: string, value: string | undefined): Apply {
    if (value === undefined) {
      this.#sql.forget.run(device);
      return () => this.remembered.delete(device);
    }
    this.#sql.remember.run(device, value);
    return () => this.remembered.set(device, value);
  }

  /** How often something to send has come or changed. */
  get work(): number {
    return this.#sealed + this.#dropped;
  }

  /** Runs `work` in a transaction and applies what it returns. Throws what SQLite throws. */
  transact(work: (numbers: Numbering) => readonly Apply[]): void {
    const applies = this.#makingRoom(() => this.#inTransaction(() => work(new Numbering())));
    this.#commits++;
    for (const apply of applies) apply();
  }

  /** Puts held rows into the open set, each reading as `change` makes it. */
  letGo(rows: readonly HeldRow[], change: (reading: Reading, row: HeldRow) => Reading): void {
    if (rows.length === 0) return;
    const readings = rows.flatMap((row) => row.readings.map((reading) => change(reading, row)));
    this.transact((numbers) => [this.held.delete(rows), ...this.openSet.add(readings, numbers, false)]);
    const lost = rows.reduce((sum, { count }) => sum + count, 0) - readings.length;
    if (lost > 0) {
      this.#options.log.error('The disk has damaged readings that waited for the clock; they are lost', {
        file: this.#options.file,
        readings: lost,
      });
    }
  }

  /** The batch cannot be read: its number is reported as a gap. */
  dropDamaged({ epoch, row, lane }: Candidate): void {
    const dropped = this.#dropped;
    // To make room for this it may itself have been dropped already.
    const isDropped = () => this.#dropped > dropped && !epoch.has(lane, numberOfKey(row.key));
    this.transact(() => (isDropped() ? [] : [epoch.drop(row, lane, 'damaged')]));
    this.#dropped++;
    this.#options.log.error('The disk has damaged a batch. It was dropped and is reported as a gap', {
      file: this.#options.file,
      readings: row.count,
    });
  }

  stats() {
    return {
      usedBytes: this.#usedBytes,
      open: this.openSet.size,
      held: this.held.size,
      commits: this.#commits,
      dropped: this.#dropped,
      isDiskShort: this.#room.isShort,
      feeds: Object.fromEntries([...this.feeds].map(([name, feed]) => [name, feed.stats()])),
    };
  }

  close(): void {
    closeDatabase(this.#db);
  }

  /** Its disk has failed: the file is closed with what had been committed, so that it can be opened anew. */
  closeFailed(): void {
    if (!this.#db.open) return;
    rewriteLog(this.#options.file);
    closeDatabase(this.#db); // and brings the log into the file
  }

  /** Lets go of the file as it is, where that has not been done: it is damaged, or its disk fails. */
  abandon(): void {
    this.#db.close();
  }

  #makingRoom<T>(run: () => T): T {
    const ways = [
      () => this.#room.emptyLog(),
      () => this.#room.giveUpBallast(),
      () => {
        this.#room.emptyLog();
        this.#drop('disk-full', dropsBlindly, () => true);
      },
    ];
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

  /** Call after a commit; what was committed stays so, whatever comes of this. */
  enforceBounds(): void {
    const bound = this.#room.bound();
    const reason = this.#room.isShort ? 'disk-full' : 'quota';
    const isOver = () => this.#countUsedBytes() > bound;
    const makeRoom = () =>
      this.#dropRefused() || this.#makingRoom(() => this.#drop(reason, dropsAtOnce, isOver)) || this.#hurryHeld();
    for (const feed of this.feeds.values()) while (feed.excessBytes > 0 && this.#dropExcess(feed));
    while (isOver() && makeRoom());
    while (this.held.size > maxHeld && this.#hurryHeld());
    this.#usedBytes = this.#countUsedBytes();
  }

  /** False when there was nothing to drop. */
  #dropRefused(): boolean {
    let readings = 0;
    this.transact(() => {
      readings = this.refused.dropOldest();
      return [];
    });
    if (readings === 0) return false;
    this.#options.log.error('The buffer is full: the oldest of the refused readings were dropped', {
      file: this.#options.file,
      readings,
    });
    return true;
  }

  /** The oldest held readings leave marked. False when there were none. */
  #hurryHeld(): boolean {
    const rows = this.held.rows();
    this.letGo(rows, markUnsynchronised);
    return rows.length > 0;
  }

  /** The oldest batches of a destination that has used up its share. False when there was nothing to drop. */
  #dropExcess(feed: Feed): boolean {
    const excess = feed.excessBytes;
    return this.#makingRoom(() => this.#drop('quota', dropsAtOnce, (dropped) => dropped < excess, [feed]));
  }

  /**
   * Drops the oldest batches, at most so many, for as long as more than the bytes dropped so far are needed. False when there
   * was nothing to drop.
   */
  #drop(reason: GapReason, most: number, isNeeded: (bytes: number) => boolean, of = [...this.feeds.values()]): boolean {
    const applies = this.#inTransaction(() => {
      const dropped: Apply[] = [];
      let bytes = 0;
      while (dropped.length < most && isNeeded(bytes)) {
        const oldest = dropOldest(of, reason);
        if (oldest === undefined) break;
        dropped.push(oldest.apply);
        bytes += oldest.bytes;
      }
      return dropped;
    });
    for (const apply of applies) apply();
    if (applies.length === 0) return false;
    this.#dropped += applies.length;
    this.#options.log.error('The buffer is full: the oldest batches were dropped and are reported as gaps', {
      file: this.#options.file,
      batches: applies.length,
      reason,
    });
    return true;
  }
}

function prepare(db: Db) {
  return {
    epochs: prepareEpochs(db),
    memory: db.prepare('SELECT device, value FROM memory'),
    forget: db.prepare('DELETE FROM memory WHERE device = ?'),
    remember: db.prepare('INSERT INTO memory VALUES (?, ?) ON CONFLICT (device) DO UPDATE SET value = excluded.value'),
  };
}
