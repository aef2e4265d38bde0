/**
 * What the buffer's file holds (outboxes, open set, held and refused readings, device memory), and transactions over it all.
 *
 * `transact` either commits and updates memory, or throws and changes neither. When the disk is full it makes room: first it
 * empties the log, then it gives up the ballast, then it drops the oldest batches. `enforceBounds` limits the bytes on disk
 * and the readings that wait for the clock (`maxHeld`; beyond that the oldest leave, marked).
 *
 * Batches are dropped oldest first, over all destinations unless only one has used up its share; routine before urgent, and
 * those in flight only once nothing else is left. Each drop becomes part of a gap reported to its destination, so nothing is lost silently.
 */

import type { Lane } from '../../shared/feed/batch.ts';
import type { GapReason } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import type { BufferOptions } from './buffer-options.ts';
import {
  asOpeningFault,
  checkFits,
  closeDatabase,
  isFull,
  NeverFits,
  type OpenedDatabase,
  openDatabase,
  rewriteLog,
  syncFile,
  usedBytesOf,
} from './database.ts';
import { DiskRoom, diskSpaceOf } from './disk-room.ts';
import { dropOldest, oldestInFlight, oldestWaiting } from './drop-oldest.ts';
import { type EpochRow, Numbering } from './epoch.ts';
import { type EpochSql, prepareEpochs } from './epoch-sql.ts';
import { Held, type HeldRow, markUnsynchronised } from './held.ts';
import { drawEpoch, openOutboxes, reportOthers } from './open-outboxes.ts';
import { OpenSet } from './open-set.ts';
import type { Outbox } from './outbox.ts';
import type { Apply } from './outgoing.ts';
import { Passage } from './passing/passage.ts';
import { preparePassedGaps } from './passing/passed-gaps.ts';
import { TakenIn } from './passing/taken-in.ts';
import type { Candidate } from './queue.ts';
import { Refused } from './refused.ts';
import { type Db, numberOfKey } from './schema.ts';

/** A week of readings at one a second. */
export const maxHeld = 600_000;
/** Room above the quota, so that dropping itself can work. */
const headroomBytes = 1024 * 1024;
/** Batches dropped in one transaction. */
const dropsAtOnce = 64;
/** Batches dropped at a time when only SQLite knows how much room is missing. */
const dropsBlindly = 16;

export class Store {
  readonly outboxes: ReadonlyMap<string, Outbox>;
  readonly openSet: OpenSet;
  readonly held: Held;
  readonly refused: Refused;
  readonly takenIn: TakenIn;
  readonly log: OpenedDatabase['log'];
  readonly #options: BufferOptions;
  readonly #db: Db;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #countUsedBytes: () => number;
  readonly #inTransaction: (work: () => readonly Apply[]) => readonly Apply[];
  readonly #room: DiskRoom;
  #sealed: number;
  /** As of the last commit, so that it is known even while the file is closed. */
  #usedBytes: number;
  #commits = 0;
  #dropped = 0;

  private constructor(options: BufferOptions, { db, log }: OpenedDatabase) {
    const { gateway, outboxes: configured, batchReadings, file, maxBytes } = options;
    this.#options = options;
    this.#db = db;
    this.log = log;
    this.#sql = prepare(db);
    this.#room = new DiskRoom(db, { ...options, maxBytes, diskSpace: options.diskSpace ?? (() => diskSpaceOf(file)) });
    this.refused = new Refused(db);
    this.takenIn = new TakenIn(db);
    this.outboxes = db.transaction(openOutboxes).immediate(db, {
      gateway,
      configured,
      sql: this.#sql.epochs,
      passedGaps: this.#sql.passedGaps,
      takesIn: options.takesIn ?? false,
      refused: this.refused,
      drawEpoch: options.drawEpoch ?? drawEpoch,
    });
    this.#sealed = Math.max(0, ...[...this.outboxes.values()].map((outbox) => outbox.newestSealed()));
    this.#countUsedBytes = usedBytesOf(db);
    this.#usedBytes = this.#countUsedBytes();
    this.#inTransaction = db.transaction((work: () => readonly Apply[]) => work()).immediate;
    this.held = new Held(db);
    const seal = (readings: readonly Reading[], numbers: Numbering) => this.seal(readings, 'routine', numbers);
    this.openSet = new OpenSet(db, { batchReadings, seal });
  }

  /** Throws what `openDatabase` throws. */
  static open(options: BufferOptions): Store {
    const opened = openDatabase(options.file, options.maxBytes + headroomBytes);
    try {
      const store = new Store(options, opened);
      reportOthers(store.outboxes, options);
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

  openPassage(row: EpochRow): Passage {
    return new Passage(row, this.#sql);
  }

  outbox(destination: string): Outbox {
    const outbox = this.outboxes.get(destination);
    if (outbox === undefined) throw new RangeError(`no destination is called ${destination}`);
    return outbox;
  }

  /** Seals readings into one batch for each destination that wants them. Call inside a transaction. */
  seal(readings: readonly Reading[], lane: Lane, numbers: Numbering): Apply[] {
    return [...this.outboxes.values()].flatMap((outbox) => outbox.seal(readings, lane, numbers, ++this.#sealed));
  }

  /** The last batch's place in the order of all. */
  get sealed(): number {
    return this.#sealed;
  }

  /** A new batch's. */
  nextSealed(): number {
    return ++this.#sealed;
  }

  /** Undefined forgets. Call inside a transaction. */
  remember(device: string, value: string | undefined): void {
    if (value === undefined) this.#sql.forget.run(device);
    else {
      checkFits(Buffer.from(value), this.#sql.epochs.maxBytes);
      this.#sql.remember.run({ device, value });
    }
  }

  /** What was last remembered of each device. */
  remembered(): ReadonlyMap<string, string> {
    const rows = this.#sql.memory.all() as { device: string; value: string }[]; // its columns
    return new Map(rows.map(({ device, value }) => [device, value]));
  }

  /** Counts everything new to send, dropped batches included since their gaps are. */
  get work(): number {
    return this.#sealed + this.#dropped;
  }

  /** Runs `work` in a transaction, then applies what it returned to memory. Throws SQLite's errors. */
  transact(work: (numbers: Numbering) => readonly Apply[]): void {
    const applies = this.#makingRoom(() => this.#inTransaction(() => work(new Numbering())));
    this.#commits++;
    for (const apply of applies) apply();
  }

  /** Moves held rows into the open set, each reading changed by `change`. */
  letGo(rows: readonly HeldRow[], change: (reading: Reading, row: HeldRow) => Reading): void {
    if (rows.length === 0) return;
    const readings = rows.flatMap((row) => row.readings.map((reading) => change(reading, row)));
    const lost = rows.reduce((sum, { count }) => sum + count, 0) - readings.length;
    this.transact((numbers) => [
      this.held.delete(rows),
      ...this.openSet.add(readings, numbers, false),
      ...(lost > 0 ? this.#skip(numbers, lost) : []),
    ]);
    if (lost > 0) {
      this.#options.log.error(
        'The disk damaged readings that waited for the clock; they are lost and reported as a gap',
        {
          file: this.#options.file,
          readings: lost,
        },
      );
    }
  }

  /** Reports readings that were lost before they had a number: each destination gets a gap, of 0 if nobody knows how many. */
  reportLost(readings = 0): number {
    this.transact((numbers) => this.#skip(numbers, readings));
    return readings;
  }

  #skip(numbers: Numbering, count: number): Apply[] {
    return [...this.outboxes.values()].map((outbox) => outbox.skip(numbers, count, 'damaged'));
  }

  /** Drops a batch that cannot be read and reports its number as a gap. */
  dropDamaged({ queue, row, lane }: Candidate): void {
    const dropped = this.#dropped;
    // It may already have been dropped to make room for this very transaction.
    const isDropped = () => this.#dropped > dropped && !queue.has(lane, numberOfKey(row.key));
    this.transact(() => (isDropped() ? [] : [queue.drop(row, lane, 'damaged')]));
    this.#dropped++;
    this.#options.log.error('The disk damaged a batch. It was dropped and is reported as a gap', {
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
      outboxes: Object.fromEntries([...this.outboxes].map(([name, outbox]) => [name, outbox.stats()])),
    };
  }

  close(): void {
    closeDatabase(this.#db);
  }

  /** Closes the file after its disk has failed, with everything that was committed, so that it can be reopened. */
  closeFailed(): void {
    if (!this.#db.open) return;
    rewriteLog(this.#options.file);
    closeDatabase(this.#db); // which brings the log into the file
  }

  /** Writes everything into a new file, synced, as if closed. */
  copyTo(file: string): void {
    this.#db.exec('UPDATE condition SET is_open = 0');
    this.#db.prepare('VACUUM INTO ?').run(file);
    syncFile(file);
  }

  /** Abandons a damaged file, or one whose disk fails, unchanged. May be called again. */
  abandon(): void {
    this.#db.close();
  }

  #makingRoom<T>(run: () => T): T {
    const ways = [
      () => this.#room.emptyLog(),
      () => this.#room.giveUpBallast(),
      () => {
        this.refused.isKeeping = false; // those that this very transaction would set aside go too
        this.#dropRefused(() => this.refused.dropAll());
      },
      () => {
        this.#room.emptyLog();
        if (!this.#drop('disk-full', dropsBlindly, () => true)) this.#dropInFlight('disk-full');
      },
    ];
    try {
      for (const makeRoom of ways) {
        try {
          return run();
        } catch (fault) {
          if (!isFull(fault) || fault instanceof NeverFits) throw fault;
          makeRoom();
        }
      }
      return run();
    } finally {
      this.refused.isKeeping = true;
      const readings = this.refused.takeUnkept();
      if (readings > 0) this.#reportRefused(readings);
    }
  }

  /** Empties the log, which still has what was deleted. */
  emptyLog(): void {
    this.#room.emptyLog();
  }

  /** The same, also on a disk that is short, and throws SQLite's errors. */
  clearLog(): void {
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  /** Call after opening and after a commit, which stands whether this succeeds or not. */
  enforceBounds(): void {
    const bound = this.#room.bound();
    const reason = this.#room.isShort ? 'disk-full' : 'quota';
    const isOver = () => this.#countUsedBytes() > bound;
    const makeRoom = () =>
      this.#makingRoom(() => this.#dropRefused()) ||
      this.#makingRoom(() => this.#drop(reason, dropsAtOnce, isOver)) ||
      this.#hurryHeld() ||
      this.#makingRoom(() => this.#dropInFlight(reason)) ||
      this.#sealOpen();
    for (const outbox of this.outboxes.values()) while (outbox.excessBytes > 0 && this.#dropExcess(outbox));
    while (isOver() && makeRoom());
    while (this.held.size > maxHeld && this.#hurryHeld());
    this.#usedBytes = this.#countUsedBytes();
  }

  /** False if there was nothing to drop. */
  #dropRefused(drop = () => this.refused.dropOldest()): boolean {
    let readings = 0;
    this.#inTransaction(() => {
      readings = drop();
      return [];
    });
    if (readings > 0) this.#reportRefused(readings);
    return readings > 0;
  }

  #reportRefused(readings: number): void {
    this.#options.log.error('The buffer is full: refused readings were dropped', {
      file: this.#options.file,
      readings,
    });
  }

  /** The oldest held readings leave, marked. False if there were none. */
  #hurryHeld(): boolean {
    const rows = this.held.rows();
    this.letGo(rows, markUnsynchronised);
    return rows.length > 0;
  }

  /** Drops the oldest batches of a destination that has used up its share. False if there was nothing to drop. */
  #dropExcess(outbox: Outbox): boolean {
    const excess = outbox.excessBytes;
    return this.#makingRoom(
      () =>
        this.#drop('quota', dropsAtOnce, (dropped) => dropped < excess, [outbox]) ||
        this.#dropInFlight('quota', [outbox]),
    );
  }

  /** What is open leaves, so that it can be dropped too. False if there was nothing. */
  #sealOpen(): boolean {
    const { size } = this.openSet;
    if (size > 0) this.transact((numbers) => this.openSet.add([], numbers, true));
    return size > 0;
  }

  /** Drops the oldest batch that was sent and is not receipted. False if there was none. */
  #dropInFlight(reason: GapReason, of = this.#all): boolean {
    return this.#drop(reason, 1, () => true, of, oldestInFlight);
  }

  get #all(): readonly Outbox[] {
    return [...this.outboxes.values()];
  }

  /**
   * Drops the oldest batches, at most `most`, while `isNeeded` says that the bytes dropped so far are not enough. False if
   * there was nothing to drop.
   */
  #drop(
    reason: GapReason,
    most: number,
    isNeeded: (bytes: number) => boolean,
    of = this.#all,
    find: typeof oldestWaiting = oldestWaiting,
  ): boolean {
    const applies = this.#inTransaction(() => dropOldest({ reason, most, isNeeded, find: () => find(of) }));
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
    passedGaps: preparePassedGaps(db),
    memory: db.prepare('SELECT device, value FROM memory'),
    forget: db.prepare('DELETE FROM memory WHERE device = ?'),
    remember: db.prepare(
      `INSERT INTO memory (device, value, crc) VALUES (:device, :value, crc_of(:device, :value))
       ON CONFLICT (device) DO UPDATE SET value = excluded.value, crc = excluded.crc`,
    ),
  };
}
